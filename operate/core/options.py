"""The options that several verbs share."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

import typer

_CHECKOUT = Path(__file__).resolve().parents[2]


def _stacks(beginning: str) -> list[str]:
    """For a shell: the stacks that have a file."""
    names = sorted(file.name.split(".")[1] for file in _CHECKOUT.glob("Pulumi.*.yaml"))
    return [name for name in names if name.startswith(beginning)]


def _apps(context: typer.Context, beginning: str) -> list[str]:
    """For a shell: the apps in the stack file that the line names, or in all of them."""
    import yaml

    found: set[str] = set()
    stack = context.params.get("stack")
    for name in [stack] if stack else _stacks(""):
        with suppress(OSError, yaml.YAMLError, KeyError, TypeError):
            values = yaml.safe_load((_CHECKOUT / f"Pulumi.{name}.yaml").read_text())
            found |= set(values["config"]["petbase:estate"]["apps"])
    return sorted(name for name in map(str, found) if name.startswith(beginning))


App = Annotated[str, typer.Argument(help="Name of the app.", metavar="APP", autocompletion=_apps)]
Stack = Annotated[
    str | None,
    typer.Option(
        "--stack",
        "-s",
        envvar="PETBASE_STACK",
        autocompletion=_stacks,
        help="The environment. Default: prod if its stack file is filled in, else sandbox.",
        metavar="NAME",
    ),
]
Identity = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        "-i",
        envvar="PETBASE_IDENTITY",
        help="Private key for the server. Default: your SSH agent and your keys.",
        metavar="FILE",
    ),
]
Unused = Annotated[
    Path | None,
    typer.Option(
        "--identity", "-i", envvar="PETBASE_IDENTITY", help="Not used: this command opens no SSH.", hidden=True
    ),
]
From = Annotated[
    Literal["bucket", "copy"],
    typer.Option("--from", help="Take it from the bucket, or from the second store (backups.copy)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]
SafetyDump = Annotated[
    bool, typer.Option("--safety-dump/--no-safety-dump", help="Make a dump of the current data first.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
