"""`./petbase alert`: what the server's last check found, and who is told."""

from typing import Annotated

import typer

from operate.core import options, stack_names, terminal, times

GROUP = "Look"
ALIASES = ("alerts",)


def alert(
    *,
    test: Annotated[bool, typer.Option("--test", help="Report a failure once, to test the alerts.")] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Show the last health check, and test the alerts.

    Every 15 minutes the server checks itself, its apps and the dumps; docs/backups.md lists everything that it looks
    at. It reports each result to petbase:alertUrl, an address at healthchecks.io or any other dead man's switch, and
    each problem that begins or ends to the channels under alerts in the stack file. With --test it reports a failure to
    the switch, which the next check clears, and a test to each channel.

    [bold]Examples[/bold]
      ./petbase secrets set alertUrl && pulumi up
      ./petbase secrets set alertUrl.phone && pulumi up
      ./petbase alert --test
      ./petbase alert --json | jq .problems
    """
    from dataclasses import asdict
    from datetime import UTC, datetime

    from operate.backups import drills
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    if test:
        reached, remarks = drills.test_alarm(chosen, connection)
        heard = f"The test reached {', '.join(reached)}. The next check, within 15 minutes, clears it."
        terminal.result("\n".join(remarks) or heard)
        return
    last = drills.last_check(chosen, connection)
    found = last.status
    if json:
        drilled = datetime.fromtimestamp(found.drilled_at, UTC).isoformat() if found.drilled_at else None
        told = {"drilled_at": drilled, "alarm": last.has_alarm, "channels": last.channels}
        terminal.as_json({**asdict(found), **told})
        return
    newest = f"{found.key}, {terminal.size(found.bytes)}" if found.key else "none of this database yet"
    set_it = f"./petbase secrets set alertUrl --stack {chosen.name}, then {stack_names.up(chosen.name)}"
    no_alarm = f"no dead man's switch: {set_it}"
    full = f", 100 % on {found.disk_full_on} at this rate" if found.disk_full_on else ""
    rows = [
        ("checked", times.with_local_time(datetime.fromisoformat(found.at))),
        ("newest dump", newest),
        ("disk", f"{found.disk_percent} % used{full}"),
        ("alert", "petbase:alertUrl is notified" if last.has_alarm else no_alarm),
        ("channels", ", ".join(last.channels) or "none"),
    ]
    terminal.table([*rows, *(("problem", problem) for problem in found.problems or ["none"])])
