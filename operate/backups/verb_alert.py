"""`./petbase alert`: what the server's last check found, and who is told."""

from typing import Annotated

import typer

from operate.core import options

GROUP = "Look"


def alert(
    *,
    test: Annotated[bool, typer.Option("--test", help="Report a failure once, to test the alert.")] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Show the last health check, and test the alert.

    Every 15 minutes the server checks that the newest dump is recent and readable, that every app runs, and looks at
    its disk, its restore tests, its certificates and the database's connections. It reports the result to
    petbase:alertUrl, an address at healthchecks.io or any other dead man's switch. With --test it reports a failure, as
    it would in earnest; the next check clears it.

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
