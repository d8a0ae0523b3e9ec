"""A dump from the bucket to the server, by an address that opens this one object for an hour.

So it does not matter whether the server has credentials, and whether they still open the bucket.
"""

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.progress import progress_of
from host.dumps.image import ensure_image
from host.dumps.incoming import Incoming
from host.dumps.unpack import FETCH, FULL, LOCKED, Packed, UnpackError
from host.programs.runner import Answer
from host.values.text import last_words

_CURL = ("curl", "--config", "-", "--globoff", "--silent", "--show-error", "--fail", "--retry", "2")
_PATIENCE = ("--connect-timeout", "10", "--speed-limit", "1", "--speed-time", "60")
_CANNOT_WRITE = 23  # curl(1), EXIT CODES


@dataclass(frozen=True)
class FetchDump(Command, noun="dump", verb="fetch", lock="fetch.{service}"):
    """Fetch a dump into the service's container, and unpack it there. What a cut run left is continued.

    The error's cause is FETCH where it may come in another way, LOCKED where no passphrase opens it, DAMAGED or FULL.
    """

    service: str
    name: str
    dump: str
    """Its name in the bucket, which tells whether it is encrypted."""
    _: KW_ONLY
    size: int

    secrets = ("address", "passphrase", "other_passphrase")

    def run(self, host: Host) -> None:
        """Nothing to do where it is there, as after a run that ended while this one waited for the lock."""
        coming = Incoming(host, self.service, self.name)
        if coming.file.exists():
            return
        with coming.open_part():
            with progress_of(host, coming.received):
                self._fetch(host, coming)
            if self.dump.endswith(".gpg"):
                ensure_image(host)
            self._unpack(host, coming)
        coming.finish()

    def _fetch(self, host: Host, coming: Incoming) -> None:
        """A connection that breaks is made again for as long as bytes come."""
        came, answer = -1, Answer()
        while came < coming.received() < self.size:
            came = coming.received()
            # The address is a secret: curl reads it on standard input.
            more = ("--continue-at", str(came), *_PATIENCE, "--output", str(coming.part))
            answer = host.ask(*_CURL, *more, stdin=f'url = "{host.secrets["address"]}"\n')
            if answer.code == _CANNOT_WRITE:
                raise _full(coming)
        received = coming.received()
        if received == self.size:
            return
        if received == 0 or received > self.size:
            coming.part.unlink()
        raise HostError(last_words(answer.stderr) or "the address gives another file", cause=FETCH)

    def _unpack(self, host: Host, coming: Incoming) -> None:
        try:
            self._unpack_with(host, coming, host.secrets["passphrase"], host.secrets["other_passphrase"])
        except UnpackError as problem:
            if problem.cause == FULL:
                raise _full(coming) from None
            coming.unpacking.remove()
            if problem.cause == LOCKED:
                raise HostError("no known passphrase opens it. Set PETBASE_BACKUP_PASSPHRASE", cause=LOCKED) from None
            coming.part.unlink()
            raise

    def _unpack_with(self, host: Host, coming: Incoming, passphrase: str, other: str) -> None:
        try:
            with coming.part.open("rb") as file:
                Packed(self.dump, passphrase).into(coming.unpacking, stdin=file.fileno())
        except UnpackError as problem:
            if problem.cause != LOCKED or not other:
                raise
            self._unpack_with(host, coming, other, "")


def _full(coming: Incoming) -> HostError:
    coming.give_up()
    return HostError("the disk of the server is full. Look at: df --human-readable", cause=FULL)
