"""`./petbase alert`: what the server's last check found, and who is told."""

from typing import Annotated

import typer

from operate.core import options


def alert(
    *,
    test: Annotated[bool, typer.Option("--test", help="Report a failure once.")] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Show what the server's last check found, and whether anybody is told of problems.

    Every 15 minutes the server checks that the newest dump is young and can be read, its disk, drills and certificates,
    the database's connections, and that every app runs. It reports to petbase:alertUrl: healthchecks.io, or any other
    dead man's switch. With --test the server reports a failure, as it would in earnest; the next check takes it back.

    [bold]Examples[/bold]
      pulumi config set --secret petbase:alertUrl https://hc-ping.com/UUID && pulumi up
      ./petbase alert --test
      ./petbase alert --json | jq .problems
    """
    import json as to_json
    from dataclasses import asdict

    from operate.backups import drills
    from operate.core import terminal
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    connection = connect(chosen, identity)
    if test:
        remarks = drills.test_alarm(chosen, connection)
        heard = "The alarm went off: petbase:alertUrl took it. The next check, within 15 minutes, takes it back."
        terminal.result("\n".join(remarks) or heard)
        return
    found, told = drills.last_check(chosen, connection)
    if json:
        terminal.result(to_json.dumps({**asdict(found), "alarm": told}))
        return
    newest = f"{found.key}, {terminal.size(found.bytes)}" if found.key else "none yet"
    nobody = "nobody is told; pulumi config set --secret petbase:alertUrl URL, and pulumi up"
    rows = [
        ("checked", found.at),
        ("newest dump", newest),
        ("disk", f"{found.disk_percent} % full"),
        ("alarm", "petbase:alertUrl is told" if told else nobody),
    ]
    terminal.table([*rows, *(("problem", problem) for problem in found.problems or ["none"])])
