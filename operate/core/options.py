"""The options that several verbs share."""

from pathlib import Path
from typing import Annotated

import typer

Stack = Annotated[
    str | None,
    typer.Option(
        "--stack",
        "-s",
        envvar="PETBASE_STACK",
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
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
