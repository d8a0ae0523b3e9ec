"""When a dump holds suspiciously less than the last good one."""

from datetime import UTC, datetime

from host.core.host import Host
from host.dumps.dump import Dump
from host.watch.baseline import Baseline, forget_schemas, read_baseline, write_baseline
from tests.host.recorder import Recorder

BEFORE = Baseline(
    "old.tgz", 1_000_000, {"shop.a": 1, "shop.b": 2, "shop.c": 3, "shop.d": 4, "fruits.e": 5, "x.empty": 0}
)


def dump(size: int) -> Dump:
    return Dump("new.tgz", size, "e", datetime(2026, 11, 22, tzinfo=UTC))


def test_half_of_the_bytes_is_suspicious_unless_there_were_few() -> None:
    assert BEFORE.shrunk_bytes(dump(500_000)) == ""
    assert BEFORE.shrunk_bytes(dump(499_999)) == (
        "the newest dump, new.tgz, has 500.0 kB; old.tgz, which was test-restored, has 1.0 MB. Are rows or tables "
        "gone? If that is meant: ./petbase drill --accept-smaller"
    )
    assert Baseline("old.tgz", 99_999, {}).shrunk_bytes(dump(1)) == ""


def test_an_app_whose_rows_are_gone_is_suspicious_and_so_are_a_third_of_the_tables() -> None:
    assert BEFORE.shrunk_rows("new.tgz", {"shop.a": 1, "shop.b": 2, "shop.c": 1, "fruits.e": 9}) == ""
    assert BEFORE.shrunk_rows("new.tgz", {**BEFORE.rows, "fruits.e": 0}) == (
        "new.tgz has 4 tables with rows, none of fruits; old.tgz, which was test-restored, has 5. If that is meant: "
        "./petbase drill --accept-smaller"
    )
    assert BEFORE.shrunk_rows("new.tgz", {"shop.a": 1, "shop.b": 1, "fruits.e": 1}) == (
        "new.tgz has 3 tables with rows; old.tgz, which was test-restored, has 5. If that is meant: "
        "./petbase drill --accept-smaller"
    )


def test_half_the_rows_of_a_schema_are_suspicious_unless_there_were_few() -> None:
    before = Baseline("old.tgz", 1_000_000, {"shop.a": 30, "shop.b": 10, "few.a": 19})
    assert before.shrunk_rows("new.tgz", {"shop.a": 10, "shop.b": 10, "few.a": 1}) == ""
    assert before.shrunk_rows("new.tgz", {"shop.a": 9, "shop.b": 10, "few.a": 1}) == (
        "new.tgz has 19 rows of shop instead of 40 in old.tgz, which was test-restored. If that is meant: "
        "./petbase drill --accept-smaller"
    )


def test_what_a_restore_set_aside_may_go() -> None:
    aside = Baseline("old.tgz", 1_000_000, {'"shop before 2026-11-20 10:00:00".a': 40, "shop.a": 40})
    assert aside.shrunk_rows("new.tgz", {"shop.a": 40}) == ""
    assert 'none of "shop before"' in Baseline("old.tgz", 9, {'"shop before".a': 1}).shrunk_rows("new.tgz", {})


def test_a_schema_that_was_dropped_on_purpose_is_not_missed(server: Recorder) -> None:
    kept = {"fruits.e": 5, '"x.y".f': 6}
    before = Baseline("old.tgz", 1_000_000, {"shop.a": 30, '"a b".c': 40, "public.d": 2, '"x.y ""z?".c': 3, **kept})

    def drop(host: Host) -> None:
        write_baseline(host, "db", before)
        forget_schemas(host, "db", ["shop", "a b", "public", 'x.y "z\n', "x"])
        found = read_baseline(host, "db")
        assert found == Baseline("old.tgz", 1_000_000, kept)

    server.part(drop)
    server.part(lambda host: forget_schemas(host, "other", ["shop"]))
    assert not server.file("/var/lib/petbase/services/other").exists()
