"""`./petbase drill`: restore the newest dump for practice."""

from typing import Annotated

import typer

from operate.core import options, terminal
from operate.core.errors import PetbaseError

GROUP = "Backups"
ALIASES = ("restore-test",)


def drill(
    *,
    accept_smaller: Annotated[
        bool, typer.Option("--accept-smaller", help="Accept a dump that is much smaller than the last one.")
    ] = False,
    files: Annotated[bool, typer.Option("--files", help="Test-restore the files of apps (backup: true).")] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Test-restore the newest dump on the server.

    The dump is fetched, decrypted and restored into a temporary database. Its schema is compared with the dump's, its
    rows are counted, and the database is dropped. The evidence is stored beside the dumps, and the dump is copied to
    verified/, where the bucket's rules never delete it. The live database is not touched. The server runs this by
    itself as often as backups.drill says.

    A dump with less than half the bytes of the last good one, with a quarter fewer tables, or without the rows of an
    app is a problem until you run a drill with --accept-smaller. Until then nothing is removed from verified/.

    With --files, a fifth of the files' repository is read and checked, and the newest snapshots are restored into a
    folder that is deleted again.

    [bold]Examples[/bold]
      ./petbase drill
      ./petbase drill --json | jq .seconds.total
      ./petbase drill --files
    """
    from operate.backups import drills
    from operate.dumps import app_files
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    if files:
        app_files.drill(chosen, connection, json=json)
        return
    done = drills.drill(chosen, connection, accept_smaller=accept_smaller)
    if json:
        terminal.as_json(done.evidence)
    else:
        terminal.table(done.rows())
    if not done.ok:
        raise PetbaseError(f"The drill failed: {done.evidence.error}")
