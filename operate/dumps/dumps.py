"""Making a dump now, and getting one here as something that PostgreSQL can read."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from components.dokku import shell
from host.dumps.make import MakeDump
from operate.core import times
from operate.core.errors import PetbaseError, RefusedError
from operate.core.progress import bytes_moving
from operate.dumps import archive, passphrases
from operate.dumps.objects import Dump
from operate.dumps.store import SAFETY, Store
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_WEEK = 7 * 86_400


@dataclass(frozen=True)
class Made:
    """A dump that was made and read back. `seconds` is how long the server took for it."""

    dump: Dump
    seconds: float


@dataclass(frozen=True)
class Source:
    """A dump, as people are told of it. `option` names it on a command line; `size` is bytes."""

    name: str
    size: int
    made: datetime
    option: str


@dataclass(frozen=True)
class SourceFile(Source):
    """One on this machine's disk."""

    path: Path


def check_source(key: str | None, file: Path | None, at: datetime | None = None) -> None:
    """RefusedError for two dumps at once, or a file that is not there."""
    named = [option for option, value in (("--at", at), ("--key", key), ("--file", file)) if value]
    if len(named) > 1:
        raise RefusedError(f"{' and '.join(named)} name {'two' if len(named) == 2 else 'three'} dumps; name one.")
    if file and not file.is_file():
        raise RefusedError(f"There is no file {file}.")


def open_local(file: Path) -> SourceFile:
    """A dump that was here before; its time is the file's."""
    found = file.stat()
    made = datetime.fromtimestamp(found.st_mtime, UTC)
    return SourceFile(file.name, found.st_size, made, shell.line("--file", str(file)), file)


def source_of(dump: Dump) -> Source:
    """A dump of the bucket."""
    return Source(dump.key, dump.size, dump.made, _option(dump))


def download_into(store: Store, dump: Dump, folder: Path) -> SourceFile:
    """A dump of the bucket, downloaded whole into `folder`, or what it lacks there."""
    target = folder / dump.name
    with bytes_moving(dump.name, dump.size) as seen:
        download(store, dump, target, seen)
    return SourceFile(dump.key, dump.size, dump.made, _option(dump), target)


def _option(dump: Dump) -> str:
    return shell.line("--key", dump.key)


def newest(store: Store, at: datetime) -> Dump:
    """The newest dump of that time or before. RefusedError when there is none."""
    found = [dump for dump in store.dumps() if dump.counts]
    if first := next((dump for dump in found if dump.made <= at), None):
        return first
    oldest = f"the oldest is of {times.with_local_time(found[-1].made)}" if found else "there is none at all"
    raise RefusedError(f"No dump of {store.service} is as old as {times.with_local_time(at)}; {oldest}.")


def cache(stack: Stack) -> Path:
    """A folder where a download waits for its second try; only its owner can look in. Older than a week, it goes."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "petbase" / "dumps" / stack.backups.bucket / stack.name
    folder.mkdir(parents=True, exist_ok=True)
    (base / "petbase" / "dumps").chmod(0o700)
    for found in folder.iterdir():
        if time.time() - found.stat().st_mtime > _WEEK:
            shutil.rmtree(found) if found.is_dir() else found.unlink()
    return folder


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


def make(stack: Stack, connection: Connection, store: Store, scratch: Path, *, safety: bool = False) -> Made:
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


def check(store: Store, dump: Dump, scratch: Path) -> None:
    """Read a dump back, whole: size, ETag, and, where it is not encrypted, that PostgreSQL's export is in it."""
    packed, export = scratch / dump.name, scratch / "read-back"
    download(store, dump, packed)
    try:
        if archive.kind(packed) == "packed":
            archive.unpack(packed, export)
    finally:
        packed.unlink()
        export.unlink(missing_ok=True)


def download(store: Store, dump: Dump, target: Path, seen: Callable[[int], None] = lambda _: None) -> None:
    """Download to `target`, which only its owner can read: a dump is all the data there is. What an earlier try left
    there is continued.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    with os.fdopen(os.open(target, flags, 0o600), "r+b") as file:
        store.fetch(dump, file, seen)


def part_of(dump: Dump, folder: Path, name: str) -> Path:
    """Where a download that may be cut off grows: beside its end, with the ETag, since a name may come again."""
    return folder / f".{name}.{dump.etag[:12]}.part"


def export_of(path: Path, scratch: Path, stack: str) -> Path:
    """The file that `postgres:import` wants, from a dump in any of its forms; ArchiveError unless it is whole."""
    form = archive.kind(path)
    if form == "export":
        return path
    if form == "locked":
        opened = scratch / "unlocked.tgz"
        passphrases.unlock(path, opened, stack)
        if archive.kind(opened) != "packed":
            raise archive.ArchiveError(f"{path.name} was unlocked, but holds no .tgz.")
        path = opened
    export = scratch / "export"
    archive.unpack(path, export)
    return export
