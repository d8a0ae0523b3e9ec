"""What a check has found so far, and how it is said."""

from dataclasses import dataclass, field
from datetime import datetime, timezone

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.dump import Dump
from host.server.machine import Disk
from host.values.text import printable, size
from host.watch.settings import WatchSettings, moment

AGAIN = "Raise generation in the stack file and run pulumi up"
"""The way out where something of Petbase's own is gone or broken."""


@dataclass
class Findings:
    """`problems` are sentences by what they are about, which stays the same while a problem lasts; figures in the
    sentence may not. `since` is when the watch began, in seconds of the epoch. Sizes are bytes.
    """

    host: Host
    service: str
    settings: WatchSettings
    problems: dict[str, str] = field(default_factory=dict)
    newest: Dump | None = None
    disk: Disk | None = None
    inodes: Disk | None = None
    disk_full_on: str = ""
    """The day, as in 2026-12-05, at the rate of the last days; "" where none is in sight."""
    inodes_full_on: str = ""
    certificates: dict[str, int] = field(default_factory=dict)
    """Days that are left, by app."""
    connections: int | None = None
    max_connections: int | None = None
    idle_transactions: int = 0
    apps_down: list[str] = field(default_factory=list)

    @property
    def disk_percent(self) -> int | None:
        """How full the disk is; None where that is not known."""
        return self.disk.used_percent if self.disk else None

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

    def problem(self, about: str, text: str) -> None:
        """Something that a person must hear of. Names and messages in it may be a tenant's."""
        self.problems[printable(about)] = printable(text.replace("\n", " "))

    def problem_of(self, about: str, error: HostError) -> None:
        """A look that failed is a problem too, never a reason not to tell the others."""
        tail = " ".join(error.tail.split())
        self.problem(about, self.host.out.masked(f"{error} ({tail[-200:]})" if tail else str(error)))


def in_words(found: Findings) -> str:
    """For people: each problem on a line, or what is well."""
    if found.problems:
        return "\n".join(f"{found.service}: {problem}" for problem in found.problems.values())
    return f"{found.service}: {_newest(found)}\n{_others(found)}"


def _newest(found: Findings) -> str:
    newest = found.newest
    if found.settings.paused:
        return "backups are paused, so no dump is due"
    if newest is None:
        return f"no dump yet; the first is due by {found.settings.schedule} UTC"
    age = duration(found.now - int(newest.at.timestamp()))
    known = "never read back or restored, since Petbase does not make it" if found.settings.found else "read back"
    return f"the newest dump is {newest.name}, {age} old, {size(newest.bytes)}, {known}"


def _others(found: Findings) -> str:
    drilled = datetime.fromtimestamp(found.drilled, timezone.utc)
    good = f"{drilled:%Y-%m-%d %H:%M} UTC" if found.drilled else "none yet"
    full = f", 100 % on {found.disk_full_on} at this rate" if found.disk_full_on else ""
    parts = [f"disk {found.disk_percent} % full{full}"]
    if not found.settings.found:
        parts.append(f"newest good drill: {good}")
    if found.certificates:
        app, days = min(found.certificates.items(), key=lambda item: item[1])
        parts.append(f"next certificate to end: {app}, in {days} days")
    return "; ".join(parts)


def duration(seconds: int) -> str:
    """As a person says it."""
    return f"{seconds // 60} minutes" if seconds < 7200 else f"{seconds // 3600} hours"
