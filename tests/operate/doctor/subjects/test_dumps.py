"""The newest dump, and the newest that was test-restored."""

from datetime import timedelta
from typing import Any

from operate.backups.evidence import Evidence
from operate.backups.inventory import DumpRecord, Inventory
from operate.doctor.subjects import dumps
from operate.dumps.objects import Object
from tests.operate.doctor.faults import stack
from tests.support.report import NOW


def _shelf(made: timedelta, tried: timedelta | None) -> Inventory:
    own = Object("postgres-db-x.tgz", 1000, NOW - made, "e")
    proof = Evidence(NOW - tried, "e", 1, 2, True, "") if tried is not None else None
    return Inventory([DumpRecord("postgres-db-x.tgz", NOW - made, own=own, evidence=proof)])


def _dumps(shelf: Inventory, **values: Any) -> list[tuple[str, str, str]]:
    found = dumps.in_the_bucket(stack(backups=values), shelf, NOW)
    return [(one.level, one.about, one.says) for one in found]


def test_a_young_dump_and_a_young_drill_are_well() -> None:
    assert _dumps(_shelf(timedelta(hours=16), timedelta(days=3))) == [
        ("well", "newest dump", "16 hours old, 1.0 kB"),
        ("well", "restore test", "postgres-db-x.tgz, restored 3 days ago"),
    ]


def test_a_young_dump_that_a_drill_could_not_restore_is_not_well() -> None:
    own = Object("postgres-db-x.tgz", 1000, NOW, "e")

    def told(etag: str) -> tuple[str, str]:
        proof = Evidence(NOW, etag, 1, 0, False, "it cannot be decrypted")
        shelf = Inventory([DumpRecord("postgres-db-x.tgz", NOW, own=own, evidence=proof)])
        line = next(iter(dumps.in_the_bucket(stack(), shelf, NOW)))
        return line.level, line.says

    assert told("e") == ("bad", "postgres-db-x.tgz does not restore: it cannot be decrypted")
    # Other bytes have its name by now, which no drill has restored.
    assert told("f") == ("well", "0 seconds old, 1.0 kB")


def test_a_late_dump_is_told_with_the_run_that_it_missed() -> None:
    (line, _) = _dumps(_shelf(timedelta(hours=41), timedelta(days=3)))
    assert line[:2] == ("bad", "newest dump")
    assert line[2].startswith("1 day old; due was one on 2026-11-21 03:00:00 UTC")


def test_a_schedule_of_hours_is_late_after_an_hour_and_a_quarter() -> None:
    hourly = {"schedule": "0 * * * *"}
    assert _dumps(_shelf(timedelta(minutes=74), timedelta(days=3)), **hourly)[0][0] == "well"
    assert _dumps(_shelf(timedelta(minutes=76), timedelta(days=3)), **hourly)[0][0] == "bad"


def test_a_drill_is_late_after_two_of_its_intervals() -> None:
    assert _dumps(_shelf(timedelta(hours=1), timedelta(days=15)))[1] == (
        "bad",
        "restore test",
        "postgres-db-x.tgz, restored 15 days ago; weekly is declared",
    )
    assert _dumps(_shelf(timedelta(hours=1), timedelta(days=15)), drill="monthly")[1][0] == "well"
    assert _dumps(_shelf(timedelta(hours=1), timedelta(days=999)), drill="never")[1][0] == "well"


def test_no_dump_and_no_drill_are_faults() -> None:
    assert _dumps(Inventory()) == [
        ("bad", "newest dump", "there is none in db-backups"),
        ("bad", "restore test", "none, since there is no dump"),
    ]
    assert _dumps(_shelf(timedelta(hours=1), None))[1] == ("bad", "restore test", "no dump has been test-restored yet")


def test_what_was_due_before_the_watch_began_is_not_late() -> None:
    def told(shelf: Inventory, since: timedelta) -> list[str]:
        return [one.level for one in dumps.in_the_bucket(stack(), shelf, NOW, NOW - since)]

    assert told(Inventory(), timedelta(hours=20)) == ["hint", "hint"]
    assert told(Inventory(), timedelta(hours=26)) == ["bad", "hint"]
    assert told(Inventory(), timedelta(days=15)) == ["bad", "bad"]
    old = _shelf(timedelta(days=20), timedelta(days=20))
    assert told(old, timedelta(hours=20)) == ["well", "well"]
    assert told(old, timedelta(days=15)) == ["bad", "bad"]


def test_paused_backups_are_not_late() -> None:
    found = _dumps(_shelf(timedelta(days=90), timedelta(days=90)), paused=True)
    assert [line[0] for line in found] == ["well", "well"]


def test_dumps_that_were_found_need_no_drill() -> None:
    (line,) = _dumps(_shelf(timedelta(hours=2), None), found=True)
    assert line[0] == "well"
