"""What the last check found, and what ./petbase doctor is told of the watch over the dumps; both ends read it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timezone

from host.check.findings import Findings
from host.copy.settings import find_settings as find_copy
from host.core.command import NONE, Command
from host.core.host import Host
from host.server.machine import has_systemd
from host.watch import alarm
from host.watch.channels.channel import read_channels
from host.watch.settings import folder, moment
from host.watch.timers import TimerReport, read_timers
from host.watch.units import KINDS


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
        inodes_full_on=found.inodes_full_on,
    )


def write_status(host: Host, status: CheckStatus) -> None:
    """Write it down for others."""
    host.state.save(f"{folder(status.service)}/status", status)


def read_status(host: Host, service: str) -> CheckStatus | None:
    """The last check; None where there was none yet, or another release wrote it."""
    return host.state.load(CheckStatus, f"{folder(service)}/status")


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


@dataclass(frozen=True)
class WatchReport:
    """`runs_by` is systemd or cron. `since` is when the watch began, in seconds of the epoch; 0 for not at all.

    `drill_failure` says why the last drill failed, "" where it ended well.
    """

    runs_by: str
    timers: tuple[TimerReport, ...]
    has_alarm: bool
    since: int
    status: CheckStatus | None
    drill_failure: str


def report_watch(host: Host, service: str) -> WatchReport:
    """Everything that is known of it, without asking the bucket."""
    failure = host.state.read(f"{folder(service)}/drill-failed") or {}
    has_copy = find_copy(host, service) is not None
    return WatchReport(
        runs_by="systemd" if has_systemd(host) else "cron",
        timers=read_timers(host, service, [kind for kind in KINDS if kind != "copy" or has_copy]),
        has_alarm=bool(alarm.read_url(host, service)),
        since=moment(host, service, "since"),
        status=read_status(host, service),
        drill_failure=str(failure.get("text", "")),
    )
