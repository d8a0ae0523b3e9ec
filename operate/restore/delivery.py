"""A dump's way to the server, which fetches it from the bucket by itself; where it cannot, by way of this machine."""

import errno
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from host.dumps.fetch import FetchDump
from host.dumps.unpack import DAMAGED, FETCH, LOCKED
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.core.progress import bytes_moving
from operate.dumps import dumps, passphrases
from operate.dumps.archive import ArchiveError
from operate.dumps.objects import Dump
from operate.dumps.source import Source, SourceFile, open_local, source_of
from operate.dumps.store import Store
from operate.restore import upload
from operate.server import program
from operate.server.connection.errors import ConnectionCutError
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Delivered:
    """A dump on the server, where it is called `name`; `download` is what was needed here on its way."""

    source: Source
    name: str
    download: Path | None = None


def file(stack: Stack, connection: Connection, path: Path) -> Delivered:
    """A file of this machine."""
    with _scratch(stack) as scratch:
        source = open_local(path)
        return Delivered(source, _sent(stack, connection, source, scratch))


def dump(stack: Stack, connection: Connection, store: Store, found: Dump) -> Delivered:
    """One of the bucket. ArchiveError when it is damaged or locked by another passphrase."""
    if store.made_at(found.name):
        try:
            return Delivered(source_of(found), _fetched(stack, connection, store, found))
        except _NotFetchedError as problem:
            terminal.note(f"The server cannot fetch the dump: {problem}. It comes by way of this machine.")
    with _scratch(stack) as scratch:
        source = dumps.download_into(store, found, scratch.parent)
        return Delivered(source, _sent(stack, connection, source, scratch), source.path)


class _NotFetchedError(PetbaseError):
    """The server did not get it; there is another way."""


def _fetched(stack: Stack, connection: Connection, store: Store, found: Dump) -> str:
    name = f"{found.name}.{re.sub('[^0-9a-f-]', '', found.etag)}"
    there = upload.bytes_already_there(stack, connection, name, found.size)
    if there is None:
        return name
    tried = passphrases.known(stack.name) if found.name.endswith(".gpg") else {}
    secrets = [store.address(found), *[*tried, "", ""][:2]]
    command = FetchDump(stack.service, name, found.name, size=found.size)
    terminal.note(f"{stack.service}: fetching {found.name}, {terminal.size(found.size)}")
    try:
        with bytes_moving("to the server", found.size) as moved:
            program.call(
                stack,
                connection,
                command,
                secrets=secrets,
                on_step=terminal.note,
                on_progress=_counted(there, moved),
            )
    except CommandFailedError as problem:
        raise _in_words(problem, found.name, tried) from None
    except ConnectionCutError as problem:
        raise upload.resumable_error(problem) from None
    return name


def _in_words(problem: CommandFailedError, name: str, tried: Mapping[str, str]) -> PetbaseError:
    """What came of a fetch that failed on the server."""
    reason = problem.reason.rstrip(".")
    if problem.cause == LOCKED:
        return passphrases.wrong_passphrase_error(name, tried)
    if problem.cause == DAMAGED:
        return ArchiveError(f"{reason}. Take another dump.")
    return _NotFetchedError(reason) if problem.cause == FETCH else problem


def _counted(at: int, moved: Callable[[int], None]) -> Callable[[dict[str, Any]], None]:
    def progress(values: dict[str, Any]) -> None:
        nonlocal at
        moved(values["bytes"] - at)
        at = values["bytes"]

    moved(at)
    return progress


def _sent(stack: Stack, connection: Connection, source: SourceFile, scratch: Path) -> str:
    return upload.send(stack, connection, dumps.export_of(source.path, scratch, stack.name))


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
