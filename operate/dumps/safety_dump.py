"""A dump to go back to, made before a verb touches data."""

import tempfile
from pathlib import Path

from operate.core import terminal
from operate.dumps import dumps
from operate.dumps.store import Store
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def make_safety_dump(stack: Stack, connection: Connection) -> str:
    """A dump now, read back; its key. RefusedError while backups are paused: then only --no-safety-dump goes on."""
    what = terminal.working(f"making a safety dump of {stack.service}")
    with what, Store(stack) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
        key = dumps.make(stack, connection, store, Path(folder)).dump.key
    terminal.note(f"safety dump: {key}")
    return key
