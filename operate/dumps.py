"""Making a dump now, and getting one here as something that PostgreSQL can read."""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from components.dokku import shell
from operate import archive
from operate import stack as stacks
from operate.errors import PetbaseError, RefusedError
from operate.outputs import Stack
from operate.progress import bytes_moving
from operate.ssh import Connection
from operate.store import Dump, Store

PASSPHRASE = "PETBASE_BACKUP_PASSPHRASE"
_CONFIG_KEY = "petbase:backupPassphrase"


@dataclass(frozen=True)
class Made:
    """A dump that was made and read back. `seconds` is how long the server took for it."""

    dump: Dump
    seconds: float


@dataclass(frozen=True)
class Source:
    """A dump on this machine's disk. `option` names it on a command line; `size` is bytes."""

    path: Path
    name: str
    size: int
    made: datetime
    option: str


def check_source(key: str | None, file: Path | None) -> None:
    """RefusedError for two dumps at once, or a file that is not there."""
    if key and file:
        raise RefusedError("--key and --file name two dumps; name one.")
    if file and not file.is_file():
        raise RefusedError(f"There is no file {file}.")


def local(file: Path) -> Source:
    """A dump that was here before; its time is the file's."""
    found = file.stat()
    made = datetime.fromtimestamp(found.st_mtime, UTC)
    return Source(file, file.name, found.st_size, made, shell.line("--file", str(file)))


def fetched(store: Store, key: str | None, scratch: Path) -> Source:
    """A dump of the bucket, by default the newest, downloaded whole into `scratch`."""
    dump = store.find(key)
    target = scratch / dump.name
    with bytes_moving(dump.name, dump.size) as seen:
        fetch(store, dump, target, seen)
    return Source(target, dump.key, dump.size, dump.made, shell.line("--key", dump.key))


def place_for(dump: Dump, output: Path | None, *, replace: bool) -> Path:
    """Where a download goes: `output`, a file or a folder, else here. RefusedError for what it would overwrite."""
    target = output or Path(dump.name)
    if target.is_dir():
        target = target / dump.name
    if not target.parent.is_dir():
        raise RefusedError(f"There is no folder {target.parent}.")
    if target.exists() and not replace:
        raise RefusedError(f"{target} is there already. Say --yes to replace it, or --output FILE.")
    return target


def make(stack: Stack, connection: Connection, store: Store, scratch: Path) -> Made:
    """Let the server send a dump to the bucket, find it there, and read it back whole through `scratch`."""
    if stack.backups.paused:
        raise RefusedError(
            f"The backups of {stack.name} are paused, so the server has no credentials for the bucket. "
            "Set backups.paused: false and run pulumi up."
        )
    before = store.dumps()
    _let_the_second_pass(before)
    began = time.monotonic()
    connection.run("dokku", "postgres:backup", stack.service, stack.backups.target)
    seconds = time.monotonic() - began
    fresh = [dump for dump in store.dumps() if dump not in before]
    if not fresh:
        raise PetbaseError(
            f"The server says that the dump was sent, but {stack.backups.target} holds no new one. "
            "Look at it: ./petbase ssh dokku postgres:backup-schedule-cat " + stack.service
        )
    check(store, fresh[0], scratch)
    return Made(fresh[0], seconds)


def _let_the_second_pass(dumps: Sequence[Dump]) -> None:
    """A dump's name has the second it was made in: two of one second would be one object, which a lock refuses."""
    if dumps and abs(age := (datetime.now(UTC) - dumps[0].made).total_seconds()) < 1:
        time.sleep(1 - abs(age))


def check(store: Store, dump: Dump, scratch: Path) -> None:
    """Read a dump back, whole: size, ETag, and, where it is not encrypted, that PostgreSQL's export is in it."""
    packed, export = scratch / dump.name, scratch / "read-back"
    fetch(store, dump, packed)
    try:
        if archive.kind(packed) == "packed":
            archive.unpack(packed, export)
    finally:
        packed.unlink()
        export.unlink(missing_ok=True)


def fetch(store: Store, dump: Dump, target: Path, seen: Callable[[int], None] = lambda _: None) -> None:
    """Download to `target`, which only its owner can read: a dump is all the data there is."""
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        store.fetch(dump, file, seen)


def export_of(path: Path, scratch: Path, stack: str) -> Path:
    """The file that `postgres:import` wants, from a dump in any of its forms; ArchiveError unless it is whole."""
    form = archive.kind(path)
    if form == "export":
        return path
    if form == "locked":
        opened = scratch / "unlocked.tgz"
        archive.unlock(path, opened, _passphrase(stack))
        if archive.kind(opened) != "packed":
            raise archive.ArchiveError(f"{path.name} was unlocked, but holds no .tgz.")
        path = opened
    export = scratch / "export"
    archive.unpack(path, export)
    return export


def _passphrase(stack: str) -> str:
    found = os.environ.get(PASSPHRASE) or stacks.secret(stack, _CONFIG_KEY)
    if not found:
        raise RefusedError(
            f"The dump is encrypted and its passphrase is not known here. Set {PASSPHRASE}, "
            f"or: pulumi config set --secret {_CONFIG_KEY} --stack {stack}"
        )
    return found
