"""`./petbase drill`: restore the newest dump for practice."""

from typing import Annotated

import typer

from operate.core import options


def drill(
    *,
    accept_smaller: Annotated[
        bool, typer.Option("--accept-smaller", help="The dump holds much less than the last one, and that is meant.")
    ] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Restore the newest dump for practice, on the server, as its timer does.

    The dump is fetched, decrypted and restored whole into a database that is dropped afterwards; what came is compared
    with what the dump says, and its rows are counted. The evidence is kept beside the dumps, and the dump is copied to
    verified/, which no rule of the bucket expires. The live database is only asked for its size. How often this runs by
    itself: backups.drill in the stack file.

    A dump with less than half the bytes of the last good one, with a quarter fewer tables, or without an app's rows, is
    a problem until a drill with --accept-smaller: until then no older copy is removed from verified/.

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
    done = drills.drill(chosen, connect(chosen, identity), accept_smaller=accept_smaller)
    if json:
        terminal.result(to_json.dumps(asdict(done.evidence)))
    else:
        terminal.table(done.rows())
    if not done.ok:
        raise PetbaseError(f"The drill failed: {done.evidence.error}")
