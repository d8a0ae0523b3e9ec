"""What a dump counts as, until when it is locked, when it goes, which runs left none: reckoned, without a store."""

from datetime import UTC, datetime, timedelta

from operate.backups import inventory, schedule
from operate.backups.evidence import Evidence
from operate.backups.inventory import DumpRecord
from operate.backups.shown import chart
from operate.dumps.objects import Object
from operate.stack.outputs import Backups
from operate.stack.parse_outputs import parse
from tests.support.operate import outputs

NOW = datetime(2026, 11, 22, 19, tzinfo=UTC)


def _spec(**backups: object) -> Backups:
    return parse("test", outputs(backups=backups)).backups


def _taken(days: float, etag: str = "e") -> Object:
    return Object("postgres-db-2026-11-22-03-00-01.tgz", 10, NOW - timedelta(days=days), etag)


def test_a_lock_counts_from_when_the_store_took_the_dump() -> None:
    assert inventory.locked_until(_spec(lockDays=7), _taken(3)) == NOW + timedelta(days=4)
    assert inventory.locked_until(_spec(lockDays=0), _taken(3)) is None
    assert inventory.locked_until(_spec(store="s3"), _taken(3)) is None


def test_a_dump_goes_after_keep_days_and_not_while_paused_nor_while_locked() -> None:
    assert inventory.expires(_spec(keepDays=35), _taken(3)) == NOW + timedelta(days=32)
    assert inventory.expires(_spec(keepDays=35, paused=True), _taken(3)) is None
    assert inventory.expires(_spec(store="s3"), _taken(3)) is None
    assert inventory.expires(_spec(keepDays=2, lockDays=7), _taken(3)) == NOW + timedelta(days=4)


def _kept(etag: str, *, equal: bool = True, error: str = "", own: str = "e") -> DumpRecord:
    proof = Evidence(NOW, etag, 1.0, 2, equal, error)
    return DumpRecord("name", NOW, own=_taken(0, own) if own else None, copy=_taken(0, "other"), evidence=proof)


def test_verified_is_what_was_restored_and_is_still_the_same_bytes() -> None:
    assert _kept("e").verified
    assert not _kept("of other bytes").verified
    assert not _kept("e", error="pg_restore answered 1").verified
    assert not _kept("e", equal=False).verified
    assert not DumpRecord("name", NOW, own=_taken(0)).verified


def test_a_copy_of_what_was_verified_stays_verified_when_the_dump_itself_is_gone() -> None:
    assert _kept("e", own="").verified


def test_a_run_without_a_dump_is_missed() -> None:
    made = [datetime(2026, 11, day, 3, 0, 9, tzinfo=UTC) for day in (17, 18, 20, 22)]
    missed = schedule.missed("0 3 * * *", made, min(made), NOW)
    assert missed == [datetime(2026, 11, 19, 3, tzinfo=UTC), datetime(2026, 11, 21, 3, tzinfo=UTC)]


def test_a_run_whose_dump_may_still_come_is_not_missed() -> None:
    made = [NOW - timedelta(days=1)]
    at = f"{NOW:%M %H} * * *"
    assert schedule.missed(at, made, min(made), NOW + timedelta(minutes=59)) == []
    assert schedule.missed(at, made, min(made), NOW + timedelta(minutes=61)) == [NOW]


def test_a_dump_by_hand_at_another_hour_does_not_hide_a_missed_run() -> None:
    made = [datetime(2026, 11, 20, 3, 0, 9, tzinfo=UTC), datetime(2026, 11, 21, 14, tzinfo=UTC)]
    assert len(schedule.missed("0 3 * * *", made, min(made), NOW)) == 2


def test_of_a_schedule_of_minutes_each_run_has_its_own_dump() -> None:
    made = [NOW + timedelta(minutes=15 * n, seconds=3) for n in (0, 1, 3)]
    assert schedule.missed("*/15 * * * *", made, NOW, NOW + timedelta(hours=1)) == [NOW + timedelta(minutes=30)]


def test_bars_are_drawn_to_eighths_and_nothing_small_is_lost() -> None:
    assert chart.bars([800, 400, 100, 50, 1, 0], 8) == ["████████", "████", "█", "▌", "▏", ""]
    assert chart.bars([], 8) == []


def test_too_many_are_thinned_evenly_with_both_ends() -> None:
    assert chart.sample(3, 40) == [0, 1, 2]
    assert chart.sample(100, 4) == [0, 33, 66, 99]
