"""The list of dumps, against the sandbox's store."""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operate.dumps.store import Store
from operate.stack.parse_outputs import parse
from sandbox.store import Store as Running
from tests.support.hosts.estate import BUCKET
from tests.support.operate import Petbase, Pulumi, outputs

NOW = datetime.now(UTC).replace(microsecond=0)
Put = Callable[..., str]


def _name(days: float) -> str:
    return f"postgres-db-{NOW - timedelta(days=days):%Y-%m-%d-%H-%M-%S}.tgz"


@pytest.fixture
def put(store: Running) -> Put:
    """put(2, copy=True) → the name of a dump of two days ago, with its evidence and its copy in verified/."""
    opened = Store(parse("test", outputs(backups={"endpoint": store.endpoint})))

    def add(days: float, size: int = 1000, *, copy: bool = False, error: str = "", prefix: str = "") -> str:
        name = _name(days)
        body = b"x" * size
        sent = opened._client.put_object(Bucket=BUCKET, Key=f"{prefix}{name}", Body=body)
        if copy:
            opened._client.put_object(Bucket=BUCKET, Key=f"{prefix}verified/{name}", Body=body)
        if copy or error:
            proof = {"at": NOW.isoformat(), "etag": sent["ETag"], "seconds": 3.1, "rows": {"fruits.fruits": 2}}
            text = json.dumps({**proof, "equal": not error, "error": error})
            opened._client.put_object(Bucket=BUCKET, Key=f"{prefix}evidence/db/{name}.json", Body=text.encode())
        return name

    return add


def _rows(out: str) -> list[list[str]]:
    return [[word.strip() for word in line.split("  ") if word.strip()] for line in out.splitlines() if line.strip()]


def test_each_dump_is_told_with_what_it_is_good_for(petbase: Petbase, put: Put) -> None:
    new, bad, plain = put(0.1, copy=True), put(1, error="pg_restore answered 1"), put(2, 2500)
    ran = petbase("backups")
    assert (ran.code, ran.err) == (0, "")
    rows = _rows(ran.out)
    assert rows[0] == ["dump", "age", "size", "verified", "locked until", "expires", "counts as"]
    locked = NOW + timedelta(days=7)
    assert rows[1][:4] == [new, "2 hours", "1.0 kB", f"✓ {NOW:%Y-%m-%d}"]
    assert rows[1][5:] == ["kept", "daily, weekly, monthly"]
    # Both count from when the store took it, which in this test was just now.
    assert abs(datetime.strptime(rows[1][4], "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - locked) < timedelta(hours=2)
    assert rows[2][:4] == [bad, "1 day", "1.0 kB", "✗ pg_restore answered 1"]
    assert rows[3][:4] == [plain, "2 days", "2.5 kB", "-"]
    # Midnight may have passed since this file was read.
    latest = datetime.now(UTC) + timedelta(minutes=2)
    assert rows[3][5] in {f"{day + timedelta(days=35):%Y-%m-%d}" for day in (NOW, latest)}
    summary = dict(row for row in rows if len(row) == 2)
    assert summary["verified"] == f"the newest one is {new}, 2 hours old"
    assert summary["schedule"].startswith("At 03:00 every day (UTC); next: ")
    assert summary["bucket"].startswith("db-backups holds 5.")
    assert summary["bucket"].endswith(" kB, less than 0.1 % of the 10 GB a month that R2 gives each account for free")


def test_a_terminal_that_is_too_narrow_for_the_list_shows_all_of_it_in_words(
    petbase: Petbase, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = put(0.1, copy=True)
    for variable, value in (("COLUMNS", "80"), ("TERM", "dumb")):
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    first, *rest = petbase("backups").out.partition("\n\n")[0].splitlines()
    assert first.rstrip() == name
    assert all(len(line) <= 80 and line.startswith("  ") for line in rest)
    told = " ".join(" ".join(rest).split())
    assert told.startswith(f"age 2 hours; size 1.0 kB; verified ✓ {NOW:%Y-%m-%d}; locked until ")
    assert told.endswith("; expires kept; counts as daily, weekly, monthly")
    for variable, value in (("COLUMNS", "120"), ("TERM", "xterm")):
        monkeypatch.setenv(variable, value)
    assert "counts as" in petbase("backups").out.splitlines()[0]


def test_for_scripts_all_of_it_is_one_object(petbase: Petbase, put: Put) -> None:
    new, old = put(0.1, copy=True), put(40, 2500)
    found = json.loads(petbase("backups", "--json").out)
    assert found.keys() == {"service", "bucket", "path", "schedule", "bytes", "free_bytes", "dumps", "buckets", "copy"}
    assert (found["service"], found["bucket"], found["free_bytes"]) == ("db", "db-backups", 10_000_000_000)
    assert [(one["key"], one["verified"], one["counts_as"]) for one in found["dumps"]] == [
        (new, True, ["daily", "weekly", "monthly"]),
        (old, False, []),
    ]
    first = found["dumps"][0]
    assert first["copy"] == f"verified/{new}"
    assert first["evidence"] == {"at": NOW.isoformat(), "seconds": 3.1, "rows": 2, "error": None}
    assert found["bytes"] > 4500
    assert len(found["schedule"]["missed"]) in (38, 39, 40)


def test_what_outlived_its_dump_is_listed_by_its_copy(petbase: Petbase, put: Put, store: Running) -> None:
    name = put(50, copy=True)
    with Store(parse("test", outputs(backups={"endpoint": store.endpoint}))) as opened:
        opened._client.delete_object(Bucket=BUCKET, Key=name)
    (found,) = json.loads(petbase("backups", "--json").out)["dumps"]
    assert (found["key"], found["verified"], found["expires"]) == (f"verified/{name}", True, None)


def test_a_copy_that_counts_no_more_is_not_told_as_kept(
    petbase: Petbase, put: Put, store: Running, pulumi: Pulumi
) -> None:
    """Three of one day: the newest counts, the drill would remove the others' copies."""
    noon = (NOW - (NOW - timedelta(days=3)).replace(hour=12)) / timedelta(days=1)
    newest, beside, alone = (put(noon + hours / 24, copy=True) for hours in range(3))
    with Store(parse("test", outputs(backups={"endpoint": store.endpoint}))) as opened:
        opened._client.delete_object(Bucket=BUCKET, Key=alone)

    def told() -> dict[str, str]:
        return {row[0]: row[5] for row in _rows(petbase("backups").out) if row[0].endswith(".tgz")}

    shown = told()
    assert (shown[newest], shown[f"verified/{alone}"]) == ("kept", "at the next drill")
    assert datetime.strptime(shown[beside], "%Y-%m-%d").replace(tzinfo=UTC) > NOW
    found = {one["key"]: one["copy_superfluous"] for one in json.loads(petbase("backups", "--json").out)["dumps"]}
    assert found == {newest: False, beside: True, f"verified/{alone}": True}
    pulumi.stack("test", outputs(backups={"endpoint": store.endpoint, "paused": True}))
    assert told() == {newest: "kept", beside: "not while paused", f"verified/{alone}": "not while paused"}


def test_a_path_has_its_own_list(petbase: Petbase, put: Put, store: Running, pulumi: Pulumi) -> None:
    put(1)
    name = put(2, copy=True, prefix="prod/")
    pulumi.stack("test", outputs(backups={"endpoint": store.endpoint, "path": "prod"}))
    (found,) = json.loads(petbase("backups", "--json").out)["dumps"]
    assert (found["key"], found["copy"], found["verified"]) == (f"prod/{name}", f"prod/verified/{name}", True)


def _summary(petbase: Petbase) -> dict[str, str]:
    return dict(row for row in _rows(petbase("backups").out) if len(row) == 2)


def test_missed_runs_are_told_and_none_are_told_as_none(
    petbase: Petbase, put: Put, store: Running, pulumi: Pulumi
) -> None:
    at = NOW - timedelta(hours=2)
    pulumi.stack("test", outputs(backups={"endpoint": store.endpoint, "schedule": f"{at:%-M %-H} * * *"}))
    put(2 / 24)
    put(1 + 2 / 24)
    assert _summary(petbase)["missed"] == "none, as far back as there are dumps"
    put(3 + 2 / 24)
    assert _summary(petbase)["missed"].startswith("1 by this schedule, as far back as there are dumps; last: ")


def test_paused_backups_miss_nothing_and_expire_nothing(
    petbase: Petbase, put: Put, store: Running, pulumi: Pulumi
) -> None:
    put(3)
    pulumi.stack("test", outputs(backups={"endpoint": store.endpoint, "paused": True}))
    ran = petbase("backups")
    assert _rows(ran.out)[1][5] == "not while paused"
    assert "paused: no dump is made, and none expires" in ran.out
    assert "missed" not in ran.out


def test_another_store_has_no_rules_of_ours_and_no_free_part(
    petbase: Petbase, put: Put, store: Running, pulumi: Pulumi
) -> None:
    put(3)
    pulumi.stack("test", outputs(backups={"endpoint": store.endpoint, "store": "s3"}))
    ran = petbase("backups")
    assert _rows(ran.out)[1][4:] == ["-", "never", "-"]
    assert _summary(petbase)["bucket"] == "db-backups holds 1.0 kB"


def test_an_empty_bucket_says_how_to_make_a_dump(petbase: Petbase, store: Running) -> None:
    assert store.is_running()
    ran = petbase("backups")
    assert (ran.code, ran.out.splitlines()[0]) == (
        0,
        "No dump of db in db-backups yet. Make one: ./petbase backup --stack test",
    )
    assert "Try it: ./petbase drill --stack test" in ran.out


def test_the_chart_has_a_bar_for_each_dump_oldest_first(
    petbase: Petbase, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    put(0.1, 2000, copy=True)
    put(1, 1000)
    ran = petbase("backups", "--chart")
    first, second = ran.out.splitlines()[:2]
    assert first.rstrip() == f"{NOW - timedelta(days=1):%Y-%m-%d %H:%M}  1.0 kB  {'█' * 30}"
    assert second.rstrip() == f"{NOW - timedelta(days=0.1):%Y-%m-%d %H:%M}  2.0 kB  {'█' * 60} ✓"


def test_of_many_dumps_forty_are_drawn(petbase: Petbase, put: Put) -> None:
    for hours in range(60):
        put(hours / 24, 10)
    ran = petbase("backups", "--chart")
    assert ran.err == "40 of 60 dumps, evenly chosen.\n"
    assert sum("█" in line for line in ran.out.splitlines()) == 40


def test_local_time_stands_beside_utc(petbase: Petbase, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    put(1)
    with monkeypatch.context() as patch:
        patch.setitem(os.environ, "TZ", "Europe/Berlin")
        time.tzset()
        out = petbase("backups").out
    time.tzset()
    following = next(line for line in out.splitlines() if line.startswith("schedule"))
    assert following.rstrip().endswith((" CET (03:00:00 UTC)", " CEST (03:00:00 UTC)"))


def test_a_store_that_refuses_is_a_different_error(petbase: Petbase, store: Running, pulumi: Pulumi) -> None:
    wrong: dict[str, Any] = {"endpoint": store.endpoint, "secretAccessKey": "c" * 64}
    pulumi.stack("test", outputs(backups=wrong))
    ran = petbase("backups")
    assert (ran.code, ran.out) == (1, "")
    assert "refuses the stack's credentials" in ran.err
