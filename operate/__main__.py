"""`python -m operate`: finds the verbs, runs one, and turns every failure into one paragraph and an exit code."""

import importlib
import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import typer

from operate.core.errors import PetbaseError, masked
from operate.core.terminal import note

_HELP = "Everything that is not state: what `pulumi up` made, looked at and looked after."
_EXIT_CODES = "Exit codes: 0 well, 1 failed or could not look, 2 refused or wrongly called."


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
        help=_HELP,
        epilog=_EXIT_CODES,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
    )
    for function, path in verbs().items():
        module = importlib.import_module(path)
        name = function.replace("_", "-")
        if isinstance(several := getattr(module, "app", None), typer.Typer):
            app.add_typer(several, name=name)
        else:
            verb = getattr(module, function)
            settings, text = getattr(module, "SETTINGS", None), _flowing(verb.__doc__)
            codes = getattr(module, "EXIT_CODES", _EXIT_CODES)
            app.command(name, context_settings=settings, help=text, epilog=codes)(verb)
    return app


def _flowing(docstring: str) -> str:
    """The paragraphs of a docstring without its line breaks, so that they fit any width; examples keep theirs."""
    paragraphs = inspect.cleandoc(docstring).split("\n\n")
    return "\n\n".join(text if text.startswith("[bold]") else text.replace("\n", " ") for text in paragraphs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; its exit code."""
    try:
        build()(list(arguments) if arguments is not None else None, prog_name="petbase")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except PetbaseError as problem:
        note(f"petbase: {problem}")
        return problem.code
    except Exception as problem:  # the last door: people get a sentence, never a traceback
        if os.environ.get("PETBASE_DEBUG"):
            raise
        kind = type(problem).__name__
        note(f"petbase: this should not happen: {kind}: {masked(str(problem))}")
        note("PETBASE_DEBUG=1 in front of the command shows where. Please report it.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
