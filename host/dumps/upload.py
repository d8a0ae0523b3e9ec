"""A dump from the caller's machine to the server, continued where a cut connection stopped."""

import errno
import hashlib
from dataclasses import KW_ONLY, dataclass
from typing import IO

from host.core.command import RAW, Command
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.incoming import Incoming
from host.dumps.unpack import FULL, is_full

_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True)
class UploadDump(Command, noun="dump", verb="upload"):
    """Take the rest of a dump on standard input. NAME is the SHA-256 of all its bytes."""

    service: str
    name: str
    _: KW_ONLY
    size: int
    offset: int = 0
    """How many bytes came before, by `dump upload-status`."""
    stdin = RAW

    def run(self, host: Host) -> None:
        """It gets its name in the container once it is whole. What a cut connection leaves is continued next time."""
        coming = Incoming(host, self.service, self.name)
        with coming.open_part() as part:
            try:
                self._receive(host.stdin, part)
            except OSError as problem:
                if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
                raise _full(coming) from None
            self._check(coming, part)
            _put(coming, part)
        coming.finish()

    def _receive(self, stdin: IO[bytes], part: IO[bytes]) -> None:
        part.truncate(self.offset)
        part.seek(self.offset)
        while chunk := stdin.read(_CHUNK_BYTES):
            view = memoryview(chunk)
            while view:
                view = view[part.write(view) :]

    def _check(self, coming: Incoming, part: IO[bytes]) -> None:
        if coming.received() != self.size:
            raise HostError("it came cut off; run the same command again to continue")
        if _digest(part) != self.name:
            coming.part.unlink()
            raise HostError("it arrived with other bytes; run the same command again")


def _put(coming: Incoming, part: IO[bytes]) -> None:
    part.seek(0)
    answer = coming.unpacking.put_from(part.fileno())
    if answer.ok:
        return
    if is_full(answer):
        raise _full(coming)
    raise HostError(
        f"the container of {coming.service} took no file. Look at: dokku postgres:info {coming.service}", answer.output
    )


def _full(coming: Incoming) -> HostError:
    coming.give_up()
    return HostError("the server's disk is full; nothing was changed. Look at: df --human-readable", cause=FULL)


def _digest(part: IO[bytes]) -> str:
    found = hashlib.sha256()
    part.seek(0)
    while chunk := part.read(_CHUNK_BYTES):
        found.update(chunk)
    return found.hexdigest()
