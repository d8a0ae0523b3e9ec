"""`./petbase backup`: a dump, now."""

from typing import Annotated

import typer

from operate.core import options, terminal

GROUP = "Backups"
ALIASES = ("dump",)


def backup(
    *,
    files: Annotated[bool, typer.Option("--files", help="Back up the files of apps instead (backup: true).")] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Make a dump now and read it back.

    The server dumps the shared database into the bucket, as it does on schedule. The dump is then downloaded and
    checked: its size, its ETag and, unless it is encrypted, that it contains a PostgreSQL export.

    [bold]Examples[/bold]
      ./petbase backup
      ./petbase backup --json | jq --raw-output .key
      ./petbase backup --files
    """
    import tempfile
    from pathlib import Path

    from operate.dumps import app_files
    from operate.dumps.make import make_dump
    from operate.dumps.store import Store
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    if files:
        app_files.backup(chosen, connection, json=json)
        return
    what = f"dumping {chosen.service} to {chosen.backups.target}"
    with terminal.working(what), Store(chosen) as store, tempfile.TemporaryDirectory() as scratch:
        made = make_dump(chosen, connection, store, Path(scratch))
    if json:
        found = {"bucket": chosen.backups.bucket, "key": made.dump.key, "bytes": made.dump.size}
        terminal.as_json({**found, "seconds": round(made.seconds, 1)})
        return
    terminal.table(
        [
            ("dump", made.dump.key),
            ("bucket", chosen.backups.bucket),
            ("size", f"{terminal.size(made.dump.size)}, read back"),
            ("took", f"{made.seconds:.1f} s"),
        ]
    )
