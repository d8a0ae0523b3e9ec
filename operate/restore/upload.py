"""A file to the server, over the one connection there is: continued where a cut one stopped, checked at its end."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from components.dokku import verbs
from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.core.progress import bytes_moving
from operate.server.ssh import Connection, ConnectionCutError, RemoteError

_CHUNK = 1 << 18
# Its copy in the container, what it becomes in a database (three times its size; restore_read.sh), and what PostgreSQL
# wants. The file that came is gone by then.
_TIMES, _MORE = 4, 64 << 20


def bytes_already_there(connection: Connection, service: str, name: str, size: int) -> int | None:
    """How many bytes of it the server has; None where it has it whole. RefusedError when its disk has no room."""
    try:
        there, free = connection.pour("a look at the disk", verbs.upload_asks(service, name), ()).split()
    except RemoteError as problem:
        raise _not_there(problem) from None
    if there == "whole":
        return None
    if int(free) + int(there) < size * _TIMES + _MORE:
        raise RefusedError(
            f"The server's disk has {terminal.size(int(free))} free and a restore of {terminal.size(size)} wants "
            f"{terminal.size(size * _TIMES + _MORE)}, so nothing was sent. What restores left: ./petbase kept; a "
            "bigger disk: ./petbase resize"
        )
    return int(there)


def send(connection: Connection, service: str, path: Path) -> str:
    """Bring a dump to the server; the name that it has there, its SHA-256. RefusedError when the disk has no room."""
    size, name = path.stat().st_size, _digest(path)
    there = bytes_already_there(connection, service, name, size)
    if there is None:
        return name
    offset = there if there <= size else 0
    try:
        with bytes_moving("to the server", size) as seen:
            seen(offset)
            connection.pour("sending", verbs.upload(service, name, size, offset), _chunks(path, offset, seen))
    except RemoteError as problem:
        raise _not_there(problem) from None
    except ConnectionCutError as problem:
        raise resumable_error(problem) from None
    return name


def resumable_error(problem: ConnectionCutError) -> PetbaseError:
    """The error for a dump whose way was cut."""
    return PetbaseError(f"{problem} Nothing was changed; the same command goes on where it stopped.")


def _not_there(problem: RemoteError) -> PetbaseError:
    return PetbaseError(f"The dump did not get to the server: {problem.said}. Nothing was changed.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(path: Path, offset: int, seen: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while chunk := file.read(_CHUNK):
            yield chunk
            seen(len(chunk))
