"""What ./petbase doctor is told of the watch over a service's dumps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from host.check.status import CheckStatus, read_status
from host.copy.settings import find_settings as find_copy
from host.core import files
from host.core.host import Host
from host.system.memory import has_systemd
from host.watch import alarm
from host.watch.settings import folder, moment
from host.watch.units import KINDS, crontab_path, unit_name


@dataclass(frozen=True)
class TimerReport:
    """`kind` is check or drill. `state` is systemd's word, `active` or "" where cron does it.

    `failed`: its last run, by systemd, ended badly. Cron does not tell.
    """

    kind: str
    state: str
    failed: bool


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


def read_timers(host: Host, service: str, kinds: Iterable[str]) -> tuple[TimerReport, ...]:
    """What starts these by itself."""
    read_timer = _systemd_timer if has_systemd(host) else _cron_timer
    return tuple(read_timer(host, service, kind) for kind in kinds)


def _systemd_timer(host: Host, service: str, kind: str) -> TimerReport:
    unit = unit_name(service, kind)
    state = host.ask("systemctl", "is-active", f"{unit}.timer").stdout.strip()
    failed = host.ask("systemctl", "is-failed", f"{unit}.service").stdout.strip() == "failed"
    return TimerReport(kind, state, failed)


def _cron_timer(host: Host, service: str, kind: str) -> TimerReport:
    scheduled = f" {kind} run {service} " in files.read(host.path(crontab_path(service)))
    return TimerReport(kind, "active" if scheduled else "", failed=False)
