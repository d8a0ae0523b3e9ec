"""What is in the second store, as this server saw it: each copy that was read back, and how the last run ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from host.copy.settings import folder
from host.core.host import Host
from host.dumps.bucket import Dump
from host.values.json_values import JsonError, from_json


@dataclass(frozen=True)
class Copied:
    """A copy that was read back. `etag` is the second store's; `at` is when, in seconds of the epoch."""

    bytes: int
    etag: str
    sha256: str
    at: int

    def is_untouched(self, there: Dump | None) -> bool:
        """Whether the second store still has exactly this."""
        return there is not None and (there.bytes, there.etag) == (self.bytes, self.etag)


@dataclass(frozen=True)
class CopyStatus:
    """The last run. `at` is seconds of the epoch; `problem` is "" where every verified dump has its copy.

    `newest` is the newest dump that has one, "" for none, and `copies` their number.
    """

    at: int
    problem: str
    newest: str
    copies: int


def read_copied(host: Host, service: str) -> dict[str, Copied]:
    """The copies, by the dumps' names."""
    found = {}
    for name in host.state.names(_marks(service)):
        try:
            found[name] = from_json(Copied, host.state.read(f"{_marks(service)}/{name}"), "copied")
        except JsonError:
            continue
    return found


def write_copied(host: Host, service: str, name: str, copied: Copied) -> None:
    """Remember a copy."""
    host.state.write(f"{_marks(service)}/{name}", **asdict(copied))


def forget_copied(host: Host, service: str, name: str = "") -> None:
    """Forget one copy, or all of them, as when they go to another store from now on. What lies there stays."""
    if name:
        host.state.remove(f"{_marks(service)}/{name}")
    else:
        host.state.remove_all(_marks(service))


def write_status(host: Host, service: str, status: CopyStatus) -> None:
    """Write down how a run ended."""
    host.state.write(f"{folder(service)}/status", **asdict(status))


def read_status(host: Host, service: str) -> CopyStatus | None:
    """How the last run ended; None where there was none yet."""
    try:
        return from_json(CopyStatus, host.state.read(f"{folder(service)}/status"), "status")
    except JsonError:
        return None


def _marks(service: str) -> str:
    return f"{folder(service)}/done"
