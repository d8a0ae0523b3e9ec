"""A dump's way to the server as it is: what it holds is found out there, where it can do no harm."""

import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from operate.dumps import archive, dumps
from operate.dumps.archive import ArchiveError
from operate.restore import upload
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def deliver(stack: Stack, connection: Connection, path: Path) -> str:
    """Send a file, or a folder in pg_dump's directory format; the name that it has on the server."""
    with _one_file(stack, path) as file:
        return upload.send(stack, connection, file)


@contextmanager
def _one_file(stack: Stack, path: Path) -> Iterator[Path]:
    if not path.is_dir() and not _is_locked(path):
        yield path
        return
    with tempfile.TemporaryDirectory(dir=dumps.cache(stack)) as folder:
        yield _tar(path, Path(folder)) if path.is_dir() else dumps.export_of(path, Path(folder), stack.name)


def _is_locked(path: Path) -> bool:
    try:
        return archive.kind(path) == "locked"
    except ArchiveError:
        return False


def _tar(path: Path, folder: Path) -> Path:
    """The same bytes each time, so that an interrupted upload can continue."""
    target = folder / "dump.tar"
    with tarfile.open(target, "w") as tar:
        for file in sorted(one for one in path.iterdir() if one.is_file()):
            entry = tar.gettarinfo(file, file.name)
            entry.mtime, entry.mode, entry.uid, entry.gid, entry.uname, entry.gname = 0, 0o600, 0, 0, "", ""
            with file.open("rb") as content:
                tar.addfile(entry, content)
    return target
