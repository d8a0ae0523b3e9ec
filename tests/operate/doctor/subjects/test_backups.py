"""The backups: schedule, bucket, timers, alarm."""

from datetime import timedelta
from typing import Any

import pytest

from host.check.status import CheckStatus
from host.core.fact import Fact
from host.report.model.doctor import BucketReport, DoctorReport, WriteProof
from host.watch.timers import TimerReport
from operate.doctor.subjects import backups
from tests.operate.doctor.faults import lines_of, stack, wrong
from tests.support.report import NOW, UNKNOWN, WELL, with_backups, with_watch


def _scheduled(line: str) -> DoctorReport:
    return with_backups(schedule=Fact(line))


def _bucket(opens: Fact[bool], writes: Fact[WriteProof] | None) -> DoctorReport:
    return with_backups(bucket=BucketReport(opens, writes))


def _status(age: timedelta, *problems: str) -> CheckStatus:
    at = f"{NOW - age:%Y-%m-%dT%H:%M:%SZ}"
    return CheckStatus("db", at, not problems, problems, None, 0, 0, 50, None)


def _timers(check: TimerReport | None = None, drill: TimerReport | None = None, **more: Any) -> DoctorReport:
    timers = (check or TimerReport("check", "active", False), drill or TimerReport("drill", "active", False))
    return with_watch(timers=timers, **more)


FAULTS: dict[str, DoctorReport] = {
    "a schedule that cannot be read": with_backups(schedule=UNKNOWN),
    "no schedule": _scheduled(""),
    "another schedule": _scheduled("0 4 * * * dokku /usr/bin/dokku postgres:backup db db-backups"),
    "credentials that open nothing": _bucket(UNKNOWN, UNKNOWN),
    "credentials that only read": _bucket(Fact(True), UNKNOWN),
    "a lock that holds the proof": _bucket(Fact(True), Fact(WriteProof("ObjectLocked"))),
    "a timer that stands still": _timers(TimerReport("check", "inactive", False)),
    "a timer that is not there": _timers(drill=TimerReport("drill", "", False)),
    "a drill that failed": _timers(drill=TimerReport("drill", "active", True)),
    "a drill that says why, run by hand": _timers(drill_failure="x.tgz cannot be decrypted"),
    "a check that says why": _timers(
        TimerReport("check", "active", True), status=_status(timedelta(), "too old", "too full")
    ),
    "a check that says why, by cron": _timers(runs_by="cron", status=_status(timedelta(), "too old")),
    "a check that is silent": _timers(status=_status(timedelta(hours=3))),
    "a check that is silent, by cron": _timers(runs_by="cron", status=_status(timedelta(hours=3))),
    "no alert": _timers(has_alarm=False),
}
LINES = lines_of(__file__, FAULTS)


@pytest.mark.parametrize("fault", LINES)
def test_each_fault_has_its_line_and_its_repair(fault: str) -> None:
    assert wrong(backups.on_the_server(stack(), FAULTS[fault])) == LINES[fault]


@pytest.mark.parametrize(
    ("runs_by", "check", "drill"),
    [
        ("systemd", "active, every 15 minutes", "active, weekly"),
        ("cron", "active, every 15 minutes, by cron", "active, weekly, by cron"),
    ],
)
def test_what_is_well_is_told_too(runs_by: str, check: str, drill: str) -> None:
    report = with_watch(runs_by=runs_by, status=_status(timedelta(minutes=10)))
    assert [(one.about, one.says) for one in backups.on_the_server(stack(), report)] == [
        ("schedule", "At 03:00 every day (UTC), to db-backups"),
        ("bucket", "db-backups opens with the server's credentials, and takes what they write"),
        ("timer check", check),
        ("timer drill", drill),
    ]


def test_in_another_store_than_r2_nothing_is_written_for_a_proof() -> None:
    (line,) = (
        one.says
        for one in backups.on_the_server(stack(backups={"store": "s3"}), _bucket(Fact(True), None))
        if one.about == "bucket"
    )
    assert line == "db-backups opens with the server's credentials; the health check proves each day that they write"


def test_paused_backups_are_told_and_want_no_timer() -> None:
    paused = stack(backups={"paused": True})
    assert [line[:2] for line in wrong(backups.on_the_server(paused, _scheduled("")))] == [("hint", "schedule")]
    assert [line[:2] for line in wrong(backups.on_the_server(paused, WELL))] == [
        ("hint", "schedule"),
        ("bad", "schedule"),
    ]


def test_no_drill_at_all_is_told() -> None:
    never = stack(backups={"drill": "never"})
    assert wrong(backups.on_the_server(never, _timers(drill=TimerReport("drill", "", False)))) == [
        ("hint", "timer drill", "backups.drill is never: no dump is ever test-restored", "backups.drill: weekly")
    ]


def test_dumps_that_were_found_are_watched_and_want_no_image_or_drill() -> None:
    found = stack(backups={"found": True})
    hint = (
        "hint",
        "restore test",
        "not known: Petbase does not make these dumps (backups.found), so it neither reads nor restores them",
        "take backups.found out of the stack file, and pulumi up (docs/adopting.md)",
    )
    assert wrong(backups.on_the_server(found, _bucket(UNKNOWN, None))) == [hint]
    assert [one.about for one in backups.on_the_server(found, _bucket(UNKNOWN, None))] == [
        "schedule", "restore test", "timer check",
    ]  # fmt: skip
    other = "the server has none; the stack file says 0 3 * * * to db-backups"
    way = "write in the stack file what is there; backups.found leaves it alone"
    assert wrong(backups.on_the_server(found, _scheduled(""))) == [("hint", "schedule", other, way), hint]
