"""A drill's course: its evidence, what it copies and removes, what a failure leaves."""

import json
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from host.archive.toc import Archive
from host.backup.resume import note_pause, resume
from host.core.errors import HostError
from host.drill import rehearsal
from host.drill.run import RunDrill
from host.dumps.bucket import Bucket
from host.loading.verdict import Verdict
from host.programs.runner import Answer
from host.scratch.copied_rows import Rows
from host.scratch.load import Loaded
from tests.host.recorder import INSIDE as PSQL
from tests.host.recorder import Answers, Recorder, aws

FOLDER = "/var/lib/petbase/services/db/watch"
AWS = aws()
INSIDE = "docker exec --interactive dokku.postgres.db"
NEWEST = "postgres-db-2026-11-18-03-00-01.tgz"
LIST, VERIFIED = (
    f"{AWS} s3api list-objects-v2 --bucket b --prefix prod/{under}postgres-db-" for under in ("", "verified/")
)
COPY = f"{AWS} s3api copy-object"
PUT = f"{AWS} s3 cp --only-show-errors --content-type application/json -"
DELETE = f"{AWS} s3api delete-object --bucket b --key prod/verified/"
QUIET: Answers = {
    f"{PSQL} psql": "1000\n",
    f"{INSIDE} df": "Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 9 9 99999999 60% /\n",
    "curl": "200",
}


@dataclass
class Restores:
    """In the place of what a restore does: what it comes to."""

    failures: tuple[Verdict, ...] = ()
    rows: dict[str, int] = field(default_factory=lambda: {"public.fruits": 3})
    dropped: list[str] = field(default_factory=list)
    digest: int = 0

    def load(self, *_: object) -> Loaded:
        return Loaded(Archive("18.4", ()), None, (), self.failures, "f1" * 32)  # type: ignore[arg-type]

    def said(self, *_: object) -> Rows:
        return Rows({table: (count, self.digest) for table, count in self.rows.items()})

    def counted(self, *_: object, **__: object) -> Rows:
        return Rows({table: (count, 0) for table, count in self.rows.items()})


@pytest.fixture
def restores(monkeypatch: pytest.MonkeyPatch) -> Restores:
    made = Restores()
    monkeypatch.setattr(rehearsal, "contents", lambda _: Archive("18.4", ()))
    monkeypatch.setattr(rehearsal, "create_like_live", lambda *_: None)
    monkeypatch.setattr(rehearsal, "drop_scratch", lambda _host, _service, name: made.dropped.append(name))
    monkeypatch.setattr(rehearsal, "load", made.load)
    monkeypatch.setattr("host.scratch.rows.of_database", made.counted)
    monkeypatch.setattr("host.scratch.rows.of_dump", made.said)
    return made


@pytest.fixture
def server(server: Recorder, restores: Restores) -> Recorder:
    assert not restores.failures
    folder = "/var/lib/dokku/services/postgres/db/backup"
    for name, value in (("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "s3cr3t")):
        server.put(f"{folder}/{name}", value)
    settings = {"bucket": "b", "prefix": "prod/", "endpoint": "https://store", "schedule": "0 3 * * *"}
    put(server, "settings", **settings, max_age=90_000, drill="weekly")
    put(server, "alert", url="https://hc-ping.com/0123")
    server.answers = {**QUIET, **listed(NEWEST)}
    return server


def put(server: Recorder, name: str, **values: object) -> None:
    server.put(f"{FOLDER}/{name}.json", json.dumps(values))


def state(server: Recorder, name: str) -> dict[str, Any] | None:
    file = server.file(f"{FOLDER}/{name}.json")
    return json.loads(file.read_text()) if file.exists() else None


def listed(*names: str, under: str = "", size: int = 1234, etag: str = "e7a9") -> dict[str, str]:
    rows = [[f"prod/{under}{name}", size, f'"{etag}"', "2031-01-01T00:00:00+00:00"] for name in names]
    return {VERIFIED if under else LIST: json.dumps(rows)}


def drill(server: Recorder, *answers: Answers, accept_smaller: bool = False) -> dict[str, Any]:
    """Its evidence, which the program prints last."""
    server.run(RunDrill("db", accept_smaller=accept_smaller), *answers)
    found: dict[str, Any] = json.loads(server.printed.splitlines()[-1])
    return found


def writes(server: Recorder) -> list[str]:
    """What it changed in the bucket, without aws's own words and without the claim."""
    lines = [line for line in server.runner.lines if line.startswith((COPY, PUT, DELETE)) and "claims" not in line]
    return [line.partition(" --endpoint-url https://store ")[2] for line in lines]


def test_dumps_that_others_make_are_not_drilled(server: Recorder) -> None:
    put(
        server,
        "settings",
        bucket="b",
        prefix="",
        endpoint="https://s",
        schedule="0 3 * * *",
        max_age=1,
        drill="never",
        found=True,
    )
    assert server.fails(RunDrill("db")) == (
        "the dumps of db are not made by Petbase, so none is test-restored; nothing was done. Take backups.found "
        "out of the stack file and run pulumi up (docs/adopting.md)"
    )
    assert server.runner.lines == []


def test_a_good_dump_is_proven_copied_and_remembered(server: Recorder, restores: Restores) -> None:
    found = drill(server)
    assert found == {
        "service": "db",
        "at": "2026-11-18T11:06:40Z",
        "key": f"prod/{NEWEST}",
        "etag": "e7a9",
        "bytes": 1234,
        "ok": True,
        "error": None,
        "version": "18.4",
        "fingerprint": "f1" * 32,
        "equal": True,
        "rows": {"public.fruits": 3},
        "seconds": found["seconds"],
    }
    assert found["seconds"].keys() == {"fetch", "restore", "count", "total"}
    assert writes(server) == [
        f"s3api copy-object --bucket b --copy-source b/prod/{NEWEST} --key prod/verified/{NEWEST}",
        f"s3 cp --only-show-errors --content-type application/json - s3://b/prod/evidence/db/{NEWEST}.json",
    ]
    assert state(server, f"evidence/{NEWEST}") == found
    assert state(server, "drilled") == {"at": server.now, "dump": NEWEST}
    assert (restores.dropped, "curl" in str(server.runner.lines)) == (["petbase_drill"], False)
    assert f"{INSIDE} rm -f /tmp/petbase_drill" in server.runner.lines


def test_a_copy_that_is_there_is_not_made_again_and_another_file_of_its_name_is_none(server: Recorder) -> None:
    drill(server, listed(NEWEST, under="verified/"))
    assert not [line for line in server.runner.lines if line.startswith(COPY)]
    # The ETag of a copy is another one where it came in parts.
    drill(server, listed(NEWEST, under="verified/", etag="99-3"))
    assert not [line for line in server.runner.lines if line.startswith(COPY)]
    for other in (listed(NEWEST, under="verified/", size=9), listed(NEWEST, under="verified/", etag="99")):
        drill(server, other)
        assert [line for line in server.runner.lines if line.startswith(COPY)]


def _old(day: int) -> str:
    return f"postgres-db-{datetime(2026, 10, day, 3, tzinfo=UTC):%Y-%m-%d-%H-%M-%S}.tgz"


COPIES = [_old(day) for day in range(1, 12)]


def test_copies_that_no_day_week_or_month_needs_go_and_a_locked_one_is_asked_for_again(server: Recorder) -> None:
    locked = {f"{DELETE}{COPIES[0]}": Answer(254, "", "An error occurred (ObjectLocked) when calling DeleteObject\n")}
    drill(server, listed(*COPIES, under="verified/"), locked)
    gone = [line.rpartition("/")[2] for line in server.runner.lines if line.startswith(DELETE)]
    # The newest of seven days stay, and those of the weeks before that.
    assert gone == [COPIES[0], COPIES[1], COPIES[2]]
    why = "newer ones count for its day, week and month"
    assert f"verified/{COPIES[0]} is locked until later, so it is not removed yet ({why})\n" in server.printed
    assert f"verified/{COPIES[1]} goes; {why}\n" in server.printed


def test_a_failure_leaves_evidence_and_is_an_alarm(server: Recorder, restores: Restores) -> None:
    restores.failures = (Verdict("fruits", ("fruits",), "division by zero", "rows of fruits.t", "Mend it"),)
    error = "fruits: cannot be restored (rows of fruits.t): division by zero. Mend it"
    assert server.fails(RunDrill("db")) == f"the drill of {NEWEST} failed: {error}"
    found = state(server, f"evidence/{NEWEST}")
    assert found
    assert (found["ok"], found["error"], found["equal"]) == (False, error, False)
    assert json.loads(server.printed.splitlines()[-1]) == found
    assert state(server, "drill-failed") == {"dump": NEWEST, "text": f"the drill of {NEWEST} failed: {error}"}
    assert next(text for line, text in server.runner.calls if line.startswith("curl")).startswith(
        f'url = "https://hc-ping.com/0123/fail"\ndata-raw = "db: the drill of {NEWEST} failed: fruits: '
    )
    assert restores.dropped == ["petbase_drill", "petbase_schema"]
    assert [line for line in server.runner.lines if line.startswith(COPY)] == []
    restores.failures = ()
    drill(server)
    assert state(server, "drill-failed") is None


def test_rows_that_are_not_the_dumps_are_a_failure(server: Recorder, restores: Restores) -> None:
    restores.digest = 1
    why = (
        "the restored rows are not those of the dump: public.fruits: 3 rows, not the same. Look for code of that app "
        "that changes rows while they are loaded, then make a new dump: ./petbase backup"
    )
    assert server.fails(RunDrill("db")) == f"the drill of {NEWEST} failed: {why}"
    found = state(server, f"evidence/{NEWEST}")
    assert found
    assert (found["ok"], found["equal"], found["rows"]) == (False, False, {"public.fruits": 3})
    assert restores.dropped == ["petbase_drill", "petbase_schema"]


def test_a_failure_does_not_take_back_what_was_proven_before(server: Recorder) -> None:
    drill(server)
    server.fails(RunDrill("db"), {f"{PSQL} psql": Answer(2, "", "psql: error: no such server\n")})
    good, bad = state(server, f"evidence/{NEWEST}"), state(server, f"evidence/{NEWEST}.failed")
    assert good
    assert bad
    assert (good["ok"], bad["error"]) == (True, "db does not answer a query: psql: error: no such server")
    assert f"s3://b/prod/evidence/db/{NEWEST}.failed.json" in writes(server)[0]


def test_without_a_dump_there_is_evidence_of_that(server: Recorder, restores: Restores) -> None:
    reason = "there is no dump in the bucket. Try: ./petbase backup"
    assert server.fails(RunDrill("db"), {LIST: "null"}) == f"the drill of the newest dump failed: {reason}"
    found = state(server, "evidence/drill-2026-11-18-11-06-40")
    assert found
    assert (found["key"], found["error"]) == (None, reason)
    assert state(server, "drill-failed") == {"dump": "", "text": f"the drill of the newest dump failed: {reason}"}
    assert restores.dropped == ["petbase_drill", "petbase_schema"]


def test_a_bucket_that_takes_nothing_leaves_the_evidence_on_the_server(server: Recorder) -> None:
    refused = {PUT: Answer(1, "", "An error occurred (AccessDenied)\n")}
    assert server.fails(RunDrill("db"), refused) == (
        f"the drill of {NEWEST} failed: it was verified, but its evidence was not kept: An error occurred "
        "(AccessDenied)"
    )
    assert "the evidence stays on the server: An error occurred (AccessDenied)\n" in server.printed
    assert state(server, f"evidence/{NEWEST}.failed")


def test_a_disk_without_room_stops_it_before_anything_is_fetched(server: Recorder) -> None:
    tight = {f"{INSIDE} df": "Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 9 9 4096 60% /\n"}
    assert server.fails(RunDrill("db"), tight) == (
        f"the drill of {NEWEST} failed: the disk has 4 MB free, and a drill of this dump needs 64. Look at: df "
        "--human-readable"
    )
    assert "tar" not in str(server.runner.lines)


def test_a_signal_is_a_failure_like_any_other(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> None:
        raise HostError("it was ended by a signal; run it again")

    monkeypatch.setattr(rehearsal, "load", ended)
    assert server.fails(RunDrill("db")).endswith("failed: the restore stopped: it was ended by a signal; run it again")


def test_a_dump_that_holds_much_less_is_no_reason_to_remove_older_copies(server: Recorder, restores: Restores) -> None:
    restores.rows = {"shop.orders": 9, "fruits.fruits": 3}
    drill(server)
    restores.rows = {"fruits.fruits": 3, "shop.orders": 0}
    why = (
        f"{NEWEST} has 1 tables with rows, none of shop; {NEWEST}, which was test-restored, has 2. If that is meant: "
        "./petbase drill --accept-smaller"
    )
    assert drill(server, listed(*COPIES, under="verified/"))["ok"] is True
    assert state(server, "shrunk") == {"text": why}
    assert not [line for line in server.runner.lines if line.startswith(DELETE)]
    # The same the next time, until somebody says that it is meant.
    drill(server, listed(*COPIES, under="verified/"))
    assert state(server, "shrunk")
    drill(server, listed(*COPIES, under="verified/"), accept_smaller=True)
    assert state(server, "shrunk") is None
    assert [line for line in server.runner.lines if line.startswith(DELETE)]
    drill(server)
    assert state(server, "shrunk") is None


def test_an_unwatched_service_has_no_drill(server: Recorder) -> None:
    shutil.rmtree(server.file(FOLDER))
    assert server.fails(RunDrill("db")) == "nothing looks after the dumps of db on this server yet. Run: pulumi up"
    assert server.runner.lines == []


def test_the_end_of_a_pause_is_a_dump_and_a_drill_of_it_and_is_over_once(server: Recorder) -> None:
    server.part(lambda host: note_pause(host, "db"))
    server.part(
        lambda host: resume(Bucket(host, "db", "b", "prod/", "https://store"), "b/prod"),
        {"postgres:backup db b/prod": ""},
    )
    assert server.runner.lines[0] == "postgres:backup db b/prod"
    assert "is made and test-restored before they may expire" in server.printed
    assert f"{NEWEST}: restored without errors" in server.printed
    assert server.part(lambda host: resume(Bucket(host, "db", "b", "prod/", "https://store"), "b/prod")) == []
