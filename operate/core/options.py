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
        help="Which environment. Default: prod where its stack file is filled in, else sandbox.",
        metavar="NAME",
    ),
]
Identity = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        "-i",
        envvar="PETBASE_IDENTITY",
        help="The private key that opens the server. Default: your SSH agent and your keys.",
        metavar="FILE",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
