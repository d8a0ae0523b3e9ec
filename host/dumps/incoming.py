"""A dump on its way to the server, for a restore: what has come, and where it lies once it is whole."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from host.core.command import NONE, Command
from host.core.errors import HostError, UsageError
from host.core.host import Host
from host.dumps.container_file import ContainerFile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DAY_SECONDS = 86_400


def delivered(host: Host, service: str, name: str) -> ContainerFile:
    """Where a dump lies in the service's container once it is whole. UsageError for a name that no file can have."""
    _require_name(name)
    return ContainerFile(host, service, f"/tmp/petbase_sent.{name}")


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise UsageError(f'"{name}" cannot be the name of a dump on its way; nothing was done. Name it by its SHA-256')


@dataclass(frozen=True)
class Incoming:
    """`name` is the caller's word for exactly these bytes: a digest, or a dump's name with its ETag."""

    host: Host
    service: str
    name: str

    def __post_init__(self) -> None:
        _require_name(self.name)

    @property
    def file(self) -> ContainerFile:
        """Where it lies once it is whole."""
        return delivered(self.host, self.service, self.name)

    @property
    def part(self) -> Path:
        """What has come so far, on the server's disk, continued by the next try."""
        return self.host.state.path(f"services/{self.service}/restores/{self.name}.part")

    @property
    def unpacking(self) -> ContainerFile:
        """What goes into the container until it is whole there."""
        return ContainerFile(self.host, self.service, f"{self.file.path}.part")

    def received(self) -> int:
        """How many bytes have come."""
        return self.part.stat().st_size if self.part.exists() else 0

    @contextmanager
    def open_part(self) -> Iterator[IO[bytes]]:
        """What has come, to be continued. HostError where another run is at it."""
        self.part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.part.touch(mode=0o600)
        with self.part.open("r+b", buffering=0) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HostError("another restore sends the same dump; wait until it ends") from None
            yield file

    def finish(self) -> None:
        """It is whole in the container: it gets its name there, and what came goes."""
        self.unpacking.rename(self.file.path)
        self.part.unlink()

    def give_up(self) -> None:
        """Remove all of it: what a full disk leaves is in the way of every app."""
        self.part.unlink(missing_ok=True)
        self.unpacking.remove()


@dataclass(frozen=True)
class UploadStatus:
    """How much of a dump is on the server: it is whole in the container, or so many bytes have come.

    `free`: bytes free on the server's disk.
    """

    whole: bool
    bytes: int
    free: int


@dataclass(frozen=True)
class ShowUploadStatus(Command, noun="dump", verb="upload-status"):
    """Show how much of a dump an earlier try brought to the server, and how much room its disk has."""

    service: str
    name: str
    stdin = NONE

    def run(self, host: Host) -> None:
        """First removes uploads that were not continued within a day."""
        coming = Incoming(host, self.service, self.name)
        self._remove_old(coming)
        status = UploadStatus(coming.file.exists(), coming.received(), coming.file.free_bytes())
        host.out.result(asdict(status))

    def _remove_old(self, coming: Incoming) -> None:
        now = coming.host.now()
        for file in coming.part.parent.glob("*"):
            if now - file.stat().st_mtime > _DAY_SECONDS:
                file.unlink()
        coming.file.exec("find", "/tmp", "-maxdepth", "1", "-name", "petbase_sent.*", "-mtime", "+0", "-delete")
