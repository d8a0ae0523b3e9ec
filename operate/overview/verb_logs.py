"""`./petbase logs`: what an app prints."""

import re
from contextlib import suppress
from typing import Annotated

import typer

from operate.core import options, terminal
from operate.core.errors import PetbaseError

GROUP = "Look"

# Colors are Dokku's and the app's. What is left of an escape sequence without them is spelled out, as in \x1b[2J.
_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_REFUSAL = " !     "
"""How Dokku's own refusals begin; each line of an app has its process in front."""


def logs(
    app: options.App,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing new lines, until Ctrl-C.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last lines.", min=1)] = 100,
    process: Annotated[
        str | None, typer.Option("--process", "-p", help="Only this process, like web or worker.1.", metavar="NAME")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Show what an app has printed.

    The lines are Dokku's, each with its time and process. Colors are removed, and other control characters are spelled
    out, so that an app cannot steer your terminal.

    [bold]Examples[/bold]
      ./petbase logs fruits
      ./petbase logs fruits --follow
      ./petbase logs fruits -n 1000 | grep ERROR
    """
    from components.dokku import shell
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity, app)
    words = ["dokku", "logs", app, "--num", str(lines), *(["--ps", process] if process else [])]
    line = shell.line(*words, *(["--tail"] if follow else []))
    refused: list[str] = []
    with suppress(KeyboardInterrupt):
        # With a terminal there, what follows ends with the connection; else it would wait for the app's next line.
        code = connection.stream(line, "", lambda text: _show(text, refused), terminal=follow)
        if code or refused:
            raise PetbaseError(_reason(chosen.name, app, refused, code))


def _show(text: str, refused: list[str]) -> None:
    plain = _COLOR.sub("", text)
    if plain.startswith(_REFUSAL):
        refused.append(plain.removeprefix(_REFUSAL).strip())
    else:
        terminal.result(plain, now=True)


def _reason(stack: str, app: str, refused: list[str], code: int) -> str:
    if any("has not been deployed" in one for one in refused):
        return f"{app} has no logs: it was not pushed yet. How: ./petbase apps --stack {stack}"
    return "; ".join(refused) or f"dokku logs {app} failed on the server ({code})."
