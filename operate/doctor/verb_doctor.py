"""`./petbase doctor`: what is not as declared, or not healthy, each with its repair."""

from collections.abc import Sequence
from typing import Annotated

import typer

from operate.core import options, terminal
from operate.doctor import findings

GROUP = "Look"
ALIASES = ("check",)
EXIT_CODES = findings.EXIT_CODES


def doctor(
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Run every command of the stack again, then check again.")
    ] = False,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Health check; every problem comes with its fix.

    ✓ healthy, ! works but needs attention, ✗ broken or not as declared, ? could not be checked.

    The server is compared with what the last pulumi up made, not with the stack file: edits that you have not brought
    up yet do not count. --repair raises `generation` in the stack file by one, shows a preview and runs pulumi up.
    Every command then runs again and fixes what is not as declared; nothing else is changed or restarted.

    [bold]Examples[/bold]
      ./petbase doctor
      ./petbase doctor --repair --stack staging
      ./petbase doctor --json | jq '.findings[] | select(.level == "bad")'
    """
    from operate.doctor import examine, rerun, shown
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    with terminal.working(f"looking at {chosen.name}"):
        found = examine.examine(chosen, connection)
    if repair:
        if not json:
            shown.show(found)
        rerun.again(chosen.name, ask=not yes)
        chosen, connection = reach(stack, identity)
        with terminal.working(f"looking at {chosen.name} again"):
            found = examine.examine(chosen, connection)
    _tell(chosen.name, found, json=json)
    raise typer.Exit(findings.exit_code(found))


def _tell(stack: str, found: Sequence[findings.Finding], *, json: bool) -> None:
    from operate.doctor import shown

    if json:
        objects = [
            {"level": one.level, "about": one.about, "says": one.says, "repair": one.repair or None} for one in found
        ]
        terminal.as_json({"stack": stack, "exit_code": findings.exit_code(found), "findings": objects})
        return
    shown.show(found)
    terminal.note(_sum(stack, found))


def _sum(stack: str, found: Sequence[findings.Finding]) -> str:
    counts = {level: sum(one.level == level for one in found) for level in ("well", "hint", "bad", "unknown")}
    words = {"well": "healthy", "hint": "to look at", "bad": "wrong", "unknown": "not checked"}
    told = ", ".join(f"{count} {words[level]}" for level, count in counts.items() if count)
    if again := sum(one.again for one in found):
        told += f". Running every command again repairs {again}: ./petbase doctor --repair --stack {stack}"
    return told
