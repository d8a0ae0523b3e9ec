"""`./petbase drill`: the newest dump, restored for practice."""

from operate.core import options


def drill(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """Restore the newest dump into a database to throw away, on the server, as its timer does.

    A dump that was never restored is a hope. The whole dump is fetched, decrypted, restored and compared: its schema
    must be the same, its rows are counted. The evidence lies beside the dumps, and the dump is copied to verified/,
    where no rule of the bucket removes it. The live database is only asked for its size. How often this happens by
    itself: backups.drill in the stack file.

    [bold]Examples[/bold]
      ./petbase drill
      ./petbase drill --json | jq .seconds.total
    """
    import json as to_json
    from dataclasses import asdict

    from operate.backups import drills
    from operate.core import terminal
    from operate.core.errors import PetbaseError
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    done = drills.drill(chosen, connect(chosen, identity))
    if json:
        terminal.result(to_json.dumps(asdict(done.evidence)))
    else:
        terminal.table(done.rows())
    if not done.ok:
        raise PetbaseError(f"The drill failed: {done.evidence.error}")
