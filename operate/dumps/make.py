"""Making a dump now: for itself, or to go back to, before a verb touches data."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from host.dumps.dump import SAFETY
from host.dumps.make import MakeDump
from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.dumps.dumps import check
from operate.dumps.objects import Dump
from operate.dumps.store import Store
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Made:
    """A dump that was made and read back. `seconds` is how long the server took for it."""

    dump: Dump
    seconds: float


def make_dump(stack: Stack, connection: Connection, store: Store, scratch: Path, *, safety: bool = False) -> Made:
    """Let the server send a dump to the bucket, find it there, and read it back whole through `scratch`.

    `safety`: it is of data that may be damaged, and must never count as the newest.
    """
    if stack.backups.paused:
        raise RefusedError(
            f"The backups of {stack.name} are paused, so the server has no credentials for the bucket. "
            "Set backups.paused: false and run pulumi up."
        )
    target = f"{stack.backups.target}/{SAFETY.rstrip('/')}" if safety else stack.backups.target
    before = store.dumps()
    _let_the_second_pass(before)
    began = time.monotonic()
    program.call(stack, connection, MakeDump(stack.service, target))
    seconds = time.monotonic() - began
    fresh = [dump for dump in store.dumps() if dump not in before]
    if not fresh:
        raise PetbaseError(
            f"The server says that the dump was sent, but {target} holds no new one. "
            "Look at it: ./petbase ssh dokku postgres:backup-schedule-cat " + stack.service
        )
    check(store, fresh[0], scratch)
    return Made(fresh[0], seconds)


def _let_the_second_pass(dumps: Sequence[Dump]) -> None:
    """A dump's name has the second it was made in: two of one second would be one object, which a lock refuses."""
    if dumps and abs(age := (datetime.now(UTC) - dumps[0].made).total_seconds()) < 1:
        time.sleep(1 - abs(age))


def make_safety_dump(stack: Stack, connection: Connection, *, before_restore: bool = False) -> str:
    """A dump now, read back; its key. RefusedError while backups are paused: then only --no-safety-dump continues.

    `before_restore`: it holds the wrong data, which is about to be replaced. It must not count as the newest, or the
    next restore would bring the accident back, and the next drill verify it.
    """
    what = terminal.working(f"making a safety dump of {stack.service}")
    with what, Store(stack) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
        key = make_dump(stack, connection, store, Path(folder), safety=before_restore).dump.key
    terminal.note(f"safety dump: {key}")
    return key
