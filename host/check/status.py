"""What the last check found, as it wrote it down; both ends read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from host.check.findings import Findings
from host.core.command import NONE, Command
from host.core.host import Host
from host.watch import alarm
from host.watch.channels.channel import read_channels
from host.watch.settings import folder


@dataclass(frozen=True)
class CheckStatus:
    """One check. `at` is ISO 8601 in UTC, `key` the newest dump's key in the bucket, None where there is none.

    `drilled_at` is when the last good drill ended, in seconds of the epoch, None for never. `…_full_on` are days, as in
    2026-12-05, "" where none is in sight.
    """

    service: str
    at: str
    ok: bool
    problems: tuple[str, ...]
    key: str | None
    bytes: int
    age_seconds: int
    disk_percent: int | None
    drilled_at: int | None
    disk_full_on: str = ""
    inodes_percent: int | None = None
    inodes_full_on: str = ""


def status_of(found: Findings) -> CheckStatus:
    """What was found, for others to read."""
    newest = found.newest
    return CheckStatus(
        service=found.service,
        at=datetime.fromtimestamp(found.now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        ok=not found.problems,
        problems=tuple(found.problems.values()),
        key=f"{found.settings.prefix}{newest.name}" if newest else None,
        bytes=newest.bytes if newest else 0,
        age_seconds=found.now - int(newest.at.timestamp()) if newest else 0,
        disk_percent=found.disk_percent,
        drilled_at=found.drilled or None,
        disk_full_on=found.disk_full_on,
        inodes_percent=found.inodes.used_percent if found.inodes else None,
        inodes_full_on=found.inodes_full_on,
    )


def write_status(host: Host, status: CheckStatus) -> None:
    """Write it down for others."""
    host.state.write(f"{folder(status.service)}/status", **asdict(status))


def read_status(host: Host, service: str) -> CheckStatus | None:
    """The last check; None where there was none yet, or another release wrote it."""
    found = host.state.read(f"{folder(service)}/status")
    try:
        return CheckStatus(**{**found, "problems": tuple(found["problems"])}) if found else None
    except (KeyError, TypeError):
        return None


@dataclass(frozen=True)
class ShowStatus(Command, noun="check", verb="status"):
    """Show what the last check found (null for none yet), and whether anybody is told of problems."""

    service: str
    stdin = NONE

    def run(self, host: Host) -> None:
        """Looks at what the last check wrote down, and at nothing else."""
        status = read_status(host, self.service)
        host.out.result(
            {
                "status": asdict(status) if status else None,
                "alarm": bool(alarm.read_url(host, self.service)),
                "channels": [channel.title for channel in read_channels(host, self.service)],
            }
        )
