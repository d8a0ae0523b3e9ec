"""Getting a dump here, as something that PostgreSQL can read."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from operate.core.errors import RefusedError
from operate.core.progress import bytes_moving
from operate.dumps import archive, passphrases
from operate.dumps.objects import Dump
from operate.dumps.source import SourceFile, source_of
from operate.dumps.store import Store
from operate.stack.outputs import Stack

_WEEK = 7 * 86_400


def download_into(store: Store, dump: Dump, folder: Path) -> SourceFile:
    """A dump of the bucket, downloaded whole into `folder`, or what it lacks there."""
    target = folder / dump.name
    with bytes_moving(dump.name, dump.size) as seen:
        download(store, dump, target, seen)
    return SourceFile(**vars(source_of(dump)), path=target)


def cache(stack: Stack) -> Path:
    """A folder where a download waits for its second try; only its owner can look in. It is deleted after a week."""
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
