"""A file to the server, over the one connection there is: continued where a cut one stopped, checked at its end."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from host.dumps.incoming import ShowUploadStatus, UploadStatus
from host.dumps.upload import UploadDump
from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.core.progress import bytes_moving
from operate.server import program
from operate.server.connection.errors import ConnectionCutError, RemoteError
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_CHUNK = 1 << 18
# Its copy in the container, what it becomes in a database (three times its size), and what PostgreSQL needs. The file
# that came is gone by then.
_TIMES, _MORE = 4, 64 << 20


def bytes_already_there(stack: Stack, connection: Connection, name: str, size: int) -> int | None:
    """How many bytes of it the server has; None where it has it whole. RefusedError when its disk has no room."""
    try:
        status = UploadStatus(**program.call(stack, connection, ShowUploadStatus(stack.service, name)))
    except CommandFailedError as problem:
        raise _not_there(problem.reason) from None
    if status.whole:
        return None
    needed = size * _TIMES + _MORE
    if status.free + status.bytes < needed:
        raise RefusedError(
            f"The server's disk has {terminal.size(status.free)} free and a restore of {terminal.size(size)} needs "
            f"{terminal.size(needed)}, so nothing was sent. What restores left: ./petbase kept; a bigger disk: "
            "./petbase resize"
        )
    return status.bytes


def send(stack: Stack, connection: Connection, path: Path) -> str:
    """Bring a dump to the server; the name that it has there, its SHA-256. RefusedError when the disk has no room."""
    size, name = path.stat().st_size, _digest(path)
    there = bytes_already_there(stack, connection, name, size)
    if there is None:
        return name
    offset = there if there <= size else 0
    line = program.raw_line(stack, connection, UploadDump(stack.service, name, size=size, offset=offset))
    try:
        with bytes_moving("to the server", size) as moved:
            moved(offset)
            connection.pour("sending", line, _chunks(path, offset, moved))
    except RemoteError as problem:
        raise _not_there(problem.said) from None
    except ConnectionCutError as problem:
        raise resumable_error(problem) from None
    return name


def resumable_error(problem: ConnectionCutError) -> PetbaseError:
    """The error for a dump whose way was cut."""
    return PetbaseError(f"{problem} Nothing was changed; run the same command again to continue.")


def _not_there(reason: str) -> PetbaseError:
    return PetbaseError(f"The dump did not get to the server: {reason}. Nothing was changed.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _chunks(path: Path, offset: int, moved: Callable[[int], None]) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(offset)
        while chunk := file.read(_CHUNK):
            yield chunk
            moved(len(chunk))
