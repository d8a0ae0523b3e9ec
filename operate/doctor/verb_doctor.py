"""`./petbase doctor`: what is not as declared, or not healthy, each with its repair."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import options

if TYPE_CHECKING:
    from operate.doctor.findings import Finding

EXIT_CODES = "Exit codes: 0 well, 1 failed or could not look (?), 2 something is wrong (✗), refused or wrongly called."


def doctor(
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Run every command of the stack again, then look again.")
    ] = False,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Look at server, bucket and stack, and say what is wrong.

    Every line has its repair. ✓ is well, ! works but wants somebody, ✗ is not as declared or not healthy, ? could not
    be looked at.

    It reads the stack's outputs, not the stack file: edits that pulumi up has not brought up yet are not looked for.
    --repair raises `generation` in the stack file by one, previews, and brings it up: each command finds what is not as
    declared and puts it right; what is right is left alone, and nothing is restarted for it.

    [bold]Examples[/bold]
      ./petbase doctor
      ./petbase doctor --repair --stack staging
      ./petbase doctor --json | jq '.findings[] | select(.level == "bad")'
    """
    from operate.core import terminal
    from operate.doctor import examine, findings, rerun
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    connection = connect(chosen, identity)
    with terminal.working(f"looking at {chosen.name}"):
        found = examine.examine(chosen, connection)
    if repair:
        if not json:
            _show(found)
        rerun.again(chosen.name, ask=not yes)
        chosen = pulumi_cli.read(stack)
        with terminal.working(f"looking at {chosen.name} again"):
            found = examine.examine(chosen, connect(chosen, identity))
    _tell(chosen.name, found, json=json)
    raise typer.Exit(findings.exit_code(found))


def _tell(stack: str, found: "Sequence[Finding]", *, json: bool) -> None:
    import json as to_json

    from operate.core import terminal
    from operate.doctor import findings

    if json:
        objects = [
            {"level": one.level, "about": one.about, "says": one.says, "repair": one.repair or None} for one in found
        ]
        terminal.result(to_json.dumps({"stack": stack, "exit_code": findings.exit_code(found), "findings": objects}))
        return
    _show(found)
    terminal.note(_sum(stack, found))


def _show(found: "Sequence[Finding]") -> None:
    from rich.table import Table
    from rich.text import Text

    from operate.core import terminal
    from operate.doctor import findings

    grid = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for one in found:
        sign = Text(findings.SIGNS[one.level], style=findings.COLORS[one.level])
        # Folded, not cut: what stands there is copied.
        grid.add_row(sign, Text(one.about, style="bold", overflow="fold"), one.says)
        if one.repair:
            grid.add_row("", "", Text(f"-> {one.repair}", style="cyan", overflow="fold"))
    terminal.grid(grid)


def _sum(stack: str, found: "Sequence[Finding]") -> str:
    counts = {level: sum(one.level == level for one in found) for level in ("well", "hint", "bad", "unknown")}
    words = {"well": "well", "hint": "to know", "bad": "wrong", "unknown": "not seen"}
    told = ", ".join(f"{count} {words[level]}" for level, count in counts.items() if count)
    if again := sum(one.again for one in found):
        told += f". Running every command again repairs {again}: ./petbase doctor --repair --stack {stack}"
    return told
