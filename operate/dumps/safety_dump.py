"""A dump to go back to, made before a verb touches data."""

import tempfile
from pathlib import Path

from operate.core import terminal
from operate.dumps import dumps
from operate.dumps.store import Store
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def make_safety_dump(stack: Stack, connection: Connection, *, before_restore: bool = False) -> str:
    """A dump now, read back; its key. RefusedError while backups are paused: then only --no-safety-dump goes on.

    `before_restore`: what it holds is about to be replaced since it is wrong. It must not count as the newest, or the
    next restore would bring the accident back, and the next drill verify it.
    """
    what = terminal.working(f"making a safety dump of {stack.service}")
    with what, Store(stack) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
        key = dumps.make(stack, connection, store, Path(folder), safety=before_restore).dump.key
    terminal.note(f"safety dump: {key}")
    return key
