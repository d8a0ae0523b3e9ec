"""The command line: finds the verbs, groups them by what a person wants, and gives all of them the same options."""

import importlib
import inspect
import os
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from functools import wraps
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]
from typer.core import TyperGroup
from typer.models import OptionInfo

from operate.core import options

CHECKOUT = Path(__file__).resolve().parents[1]
GROUPS = ("Look", "Data", "Backups", "Server", "Set up", "Delete (asks first)")
"""The headings of --help, in order. Each verb's module names its own as `GROUP`."""
EXIT_CODES = "Exit codes: 0 success, 1 failure, 2 refused or invalid usage."
_HELP = "Inspect, back up, restore and maintain what `pulumi up` created."
_EPILOG = f"""\b
One command's help: ./petbase COMMAND --help
Completion for your shell: ./petbase completion --help

{EXIT_CODES}"""
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Verbs(TyperGroup):
    """All verbs, under their headings."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        wide = max(len(name) for name, one in self.commands.items() if not one.hidden)
        for group in GROUPS:
            found = [one for one in self.commands.values() if getattr(one, "rich_help_panel", None) == group]
            listed = [one for one in found if not one.hidden]
            rows = [(str(one.name).ljust(wide), one.get_short_help_str(formatter.width - wide - 6)) for one in listed]
            with formatter.section(group):
                formatter.write_dl(sorted(rows))


def verbs() -> Mapping[str, str]:
    """The module of each verb by the verb's name: `operate/FOLDER/verb_NAME.py`, or beside this file."""
    here = Path(__file__).parent
    files = [*here.glob("verb_*.py"), *here.glob("*/verb_*.py")]
    modules = {file.stem.removeprefix("verb_"): file.relative_to(here.parent).with_suffix("") for file in files}
    return {name: ".".join(modules[name].parts) for name in sorted(modules)}


def build() -> typer.Typer:
    """All verbs, by the names of their files."""
    app = typer.Typer(
        name="petbase",
        cls=Verbs,
        help=_HELP,
        epilog=_EPILOG,
        context_settings=_SETTINGS,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    app.callback()(_top)
    if "_PETBASE_COMPLETE" in os.environ:  # a shell asks, by the script of ./petbase completion
        completion_init()
    for function, path in verbs().items():
        _add(app, function, importlib.import_module(path))
    return app


def _add(app: typer.Typer, function: str, module: Any) -> None:
    name = function.replace("_", "-")
    if isinstance(several := getattr(module, "app", None), typer.Typer):
        _make_plain(several)
        app.add_typer(several, name=name, rich_help_panel=module.GROUP)
        return
    # A keyword of Python's, such as import, has a function with an underscore behind its name.
    verb = getattr(module, f"{function}_" if iskeyword(function) else function)
    also = getattr(module, "ALIASES", ())
    taking, other = _with_identity(verb), f"Other name: {', '.join(also)}\n\n" if also else ""
    for called in (name, *also):
        app.command(
            called,
            context_settings={**_SETTINGS, **getattr(module, "SETTINGS", {})},
            help=_shown(verb.__doc__),
            epilog=other + getattr(module, "EXIT_CODES", EXIT_CODES),
            rich_help_panel=module.GROUP,
            hidden=called != name,
        )(taking)


def _make_plain(several: typer.Typer) -> None:
    several.rich_markup_mode = None
    several.info.help = _shown(str(several.info.help))
    several.info.context_settings = _SETTINGS
    several.info.epilog = EXIT_CODES
    for command in several.registered_commands:
        command.help = _shown(str(command.callback.__doc__))
        command.callback = _with_identity(command.callback) if command.callback else None
        command.context_settings = {**_SETTINGS, **(command.context_settings or {})}


def _with_identity(verb: Callable[..., None]) -> Callable[..., None]:
    """A verb of a stack takes --identity also where it opens no SSH, so that an alias may always name it."""
    signature = inspect.signature(verb)
    if "identity" in signature.parameters or "stack" not in signature.parameters:
        return verb
    if not isinstance(signature.parameters["stack"].annotation.__metadata__[0], OptionInfo):  # init's: a new one
        return verb

    @wraps(verb)
    def taking(*, identity: Any = None, **others: Any) -> None:  # noqa: ARG001
        verb(**others)

    unused = inspect.Parameter("identity", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=options.Unused)
    parameters = [*signature.parameters.values(), unused]
    taking.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return taking


def _shown(docstring: str) -> str:
    """A docstring for any width: paragraphs without their line breaks; examples keep theirs."""
    return "\n\n".join(_paragraph(text) for text in inspect.cleandoc(docstring).split("\n\n"))


def _paragraph(text: str) -> str:
    if text.startswith("[bold]"):
        return "\b\n" + text.replace("[bold]", "").replace("[/bold]", ":")
    return text.replace("\n", " ")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(_version())
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
]


def _top(version: _Version = False) -> None:
    """The options before the verb."""


def _version() -> str:
    """`petbase 0.1.0 (4607d4b)`, the commit where the checkout is a git repository."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    words = ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"]
    try:
        commit = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return f"petbase {project['version']}"
    return f"petbase {project['version']} ({commit})"
