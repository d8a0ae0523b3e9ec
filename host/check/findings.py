"""What a check has found so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Dump
from host.watch.settings import WatchSettings, moment


@dataclass
class Findings:
    """`problems` are sentences; `since` is when the watch began, in seconds of the epoch. Sizes are bytes."""

    host: Host
    service: str
    settings: WatchSettings
    problems: list[str] = field(default_factory=list)
    newest: Dump | None = None
    disk_percent: int | None = None
    certificates: dict[str, int] = field(default_factory=dict)
    """Days that are left, by app."""
    connections: int | None = None
    max_connections: int | None = None
    idle_transactions: int = 0
    apps_down: list[str] = field(default_factory=list)

    @property
    def now(self) -> int:
        """Seconds of the epoch."""
        return int(self.host.now())

    @property
    def since(self) -> int:
        """When the watch began, or a pause ended."""
        return moment(self.host, self.service, "since")

    @property
    def drilled(self) -> int:
        """When the last good drill ended; 0 for never."""
        return moment(self.host, self.service, "drilled")

    def seconds_late(self, at: int) -> int:
        """Seconds since a moment; what was before the watch began is not late."""
        return self.now - max(at, self.since)

    def problem(self, text: str) -> None:
        """Something that a person must hear of."""
        self.problems.append(text)

    def problem_of(self, error: HostError) -> None:
        """A look that failed is a problem too, never a reason not to tell the others."""
        tail = " ".join(error.tail.split())
        self.problem(self.host.out.masked(f"{error} ({tail[-200:]})" if tail else str(error)))


def duration(seconds: int) -> str:
    """As a person says it."""
    return f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"
