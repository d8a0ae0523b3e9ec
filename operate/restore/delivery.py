"""A dump's way to the server, which fetches it from the bucket by itself; where it cannot, by way of this machine."""

import errno
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from components.dokku import verbs
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.core.progress import bytes_moving
from operate.dumps import dumps, passphrases
from operate.dumps.archive import ArchiveError
from operate.dumps.dumps import Source, SourceFile
from operate.dumps.store import Dump, Store
from operate.restore import upload
from operate.server.ssh import Connection, ConnectionCutError, RemoteError
from operate.stack.outputs import Stack

_UNOPENED, _DAMAGED = 4, 5  # fetch.sh


@dataclass(frozen=True)
class Delivered:
    """A dump on the server, where it is called `name`; `download` is what was needed here on its way."""

    source: Source
    name: str
    download: Path | None = None


def file(stack: Stack, connection: Connection, path: Path) -> Delivered:
    """A file of this machine."""
    with _scratch(stack) as scratch:
        source = dumps.open_local(path)
        return Delivered(source, _sent(stack, connection, source, scratch))


def dump(stack: Stack, connection: Connection, store: Store, found: Dump) -> Delivered:
    """One of the bucket. ArchiveError when it is damaged or locked by another passphrase."""
    if store.made_at(found.name):
        try:
            return Delivered(dumps.source_of(found), _fetched(stack, connection, store, found))
        except _NotFetchedError as problem:
            terminal.note(f"The server cannot fetch the dump: {problem}. It comes by way of this machine.")
    with _scratch(stack) as scratch:
        source = dumps.download_into(store, found, scratch.parent)
        return Delivered(source, _sent(stack, connection, source, scratch), source.path)


class _NotFetchedError(PetbaseError):
    """The server did not get it; there is another way."""


def _fetched(stack: Stack, connection: Connection, store: Store, found: Dump) -> str:
    name = f"{found.name}.{re.sub('[^0-9a-f-]', '', found.etag)}"
    there = upload.bytes_already_there(connection, stack.service, name, found.size)
    if there is None:
        return name
    tried = passphrases.known(stack.name) if found.name.endswith(".gpg") else {}
    script = verbs.fetch(stack.service, name, found.name, found.size)
    secrets = [store.address(found), *[*tried, "", ""][:2]]
    terminal.note(f"{stack.service}: fetching {found.name}, {terminal.size(found.size)}")
    try:
        with bytes_moving("to the server", found.size) as moved:
            connection.follow("fetching", script, _counted(stack.service, there, moved), secrets)
    except RemoteError as problem:
        if problem.returncode == _UNOPENED:
            raise passphrases.wrong_passphrase_error(found.name, tried) from None
        said = problem.said.rstrip(".")
        if problem.returncode == _DAMAGED:
            raise ArchiveError(f"{said}. Take another dump.") from None
        raise _NotFetchedError(said) from None
    except ConnectionCutError as problem:
        raise upload.resumable_error(problem) from None
    return name


def _counted(service: str, at: int, moved: Callable[[int], None]) -> Callable[[str], None]:
    def seen(line: str) -> None:
        nonlocal at
        key, _, value = line.partition(" ")
        if key == "@progress":
            moved(int(value) - at)
            at = int(value)
        elif line.startswith(f"{service}: "):
            terminal.note(line)

    moved(at)
    return seen


def _sent(stack: Stack, connection: Connection, source: SourceFile, scratch: Path) -> str:
    return upload.send(connection, stack.service, dumps.export_of(source.path, scratch, stack.name))


@contextmanager
def _scratch(stack: Stack) -> Iterator[Path]:
    """A folder to work in, in the one where downloads wait."""
    cache = dumps.cache(stack)
    try:
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            yield Path(folder)
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        raise PetbaseError(
            f"The disk of this machine is full ({cache}); nothing was changed on the server. XDG_CACHE_HOME names "
            "another folder."
        ) from None
