"""`./petbase status`: what a person asks each morning."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from operate.core import options, terminal, times
from operate.core.errors import RefusedError
from operate.doctor import findings

if TYPE_CHECKING:
    from operate.overview.look import Look

GROUP = "Look"
EXIT_CODES = findings.EXIT_CODES
_PAUSE = 10.0  # seconds


def status(
    *,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Look again every 10 seconds, until Ctrl-C.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page with pictures to this file.", metavar="FILE")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Show at a glance whether all is well.

    ✓ healthy, ! works but needs attention, ✗ broken or late, ? could not be checked.

    Alerts are what the server's last check found; it runs every 15 minutes. ./petbase doctor looks at everything, and
    takes longer. --html writes one page that needs no network: the stack as a picture, its dumps on a time line, the
    sizes of its tables, disk and connections over the last weeks, and what doctor finds, with the fixes.

    [bold]Examples[/bold]
      ./petbase status
      ./petbase status --watch
      ./petbase status --html status.html
      ./petbase status --json | jq .newest_dump
    """
    from operate.overview import lines, look
    from operate.server.ssh import reach

    if sum([watch, json, html is not None]) > 1:
        raise RefusedError("--watch, --html and --json exclude each other; choose one.")
    chosen, connection = reach(stack, identity)
    if html:
        from operate.overview.page import document

        document.write(html, chosen, connection)
        return
    if watch:
        _watch(lambda: look.take(chosen, connection))
    seen = look.take(chosen, connection)
    found = lines.lines(seen)
    _tell(seen, found, json=json)
    raise typer.Exit(findings.exit_code(found))


def _watch(take: "Callable[[], Look]") -> NoReturn:
    """Each look in the place of the one before, where the output is a terminal."""
    import time
    from contextlib import suppress

    from operate.overview import lines

    with suppress(KeyboardInterrupt):
        while True:
            seen = take()
            found = lines.lines(seen)
            terminal.clear()
            _tell(seen, found, json=False)
            sys.stdout.flush()
            time.sleep(_PAUSE)
    raise typer.Exit


def _tell(seen: "Look", found: Sequence[findings.Finding], *, json: bool) -> None:
    from operate.doctor import shown
    from operate.overview import facts

    if json:
        terminal.as_json(facts.facts(seen, found))
        return
    terminal.note(f"{seen.stack.name}, {times.with_local_time(seen.at)}")
    shown.show(found)
