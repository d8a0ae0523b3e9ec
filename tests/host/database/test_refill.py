"""restore-from: an empty database gets a dump, one with tables is left alone. The load itself has its own tests."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from host.database import refill
from host.database.refill import RefillDatabase
from host.dumps.bucket import Bucket, BucketError
from host.dumps.dump import Dump
from host.dumps.unpack import DAMAGED, UnpackError
from host.loading.verdict import LoadError
from host.programs.runner import Answer
from tests.host.database.service import ASKS, PRESENT, put_owner
from tests.host.recorder import INSIDE, Answers, Recorder

ENDPOINT = "https://0123.r2.cloudflarestorage.com"
NAME = "postgres-db-2026-11-22-03-00-01.tgz"
COMMAND = RefillDatabase("db", dump="latest", bucket="b", prefix="prod/", endpoint=ENDPOINT)
NAMED = dataclasses.replace(COMMAND, dump=f"prod/{NAME}")
SECRETS = {"key_id": "AKIA", "secret_key": "s3cr3t", "passphrase": "open-sesame"}
READS = ["--quiet apps:list", "--quiet postgres:list"]
IMAGE = "docker image inspect petbase/s3backup:0.18.0"
OLD = "db before 2026-11-22 18:30:05"
IN_OLD = ASKS.replace("--dbname db ", f"--dbname '{OLD}' ")
EMPTY: Answers = {**PRESENT, ASKS: "0\n", IN_OLD: "0\n"}
CLEARED = "docker exec --interactive dokku.postgres.db rm -f /tmp/petbase_refill"


def dropped(database: str) -> str:
    return f"{INSIDE} dropdb --username postgres --if-exists --force {database}"


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was done with the dump, in order; each part ends well."""
    found: list[tuple[Any, ...]] = []

    def part(name: str, result: Any = None) -> Callable[..., Any]:
        def run(*words: Any) -> Any:
            found.append((name, *[word for word in words if isinstance(word, str)]))
            return result

        return run

    newest = Dump(NAME, 4096, "e7a9", datetime(2026, 11, 22, 3, 0, 1, tzinfo=UTC))
    monkeypatch.setattr(refill, "newest_of_stack", part("newest", newest))
    monkeypatch.setattr(refill, "unpack", part("unpack"))
    monkeypatch.setattr(refill, "load_with_progress", part("load", SimpleNamespace(failures=[])))
    monkeypatch.setattr(refill, "settle", part("settle"))
    monkeypatch.setattr(refill, "swap_database", part("swap", OLD))
    return found


def test_the_newest_dump_is_loaded_beside_and_takes_the_empty_ones_place(
    server: Recorder, parts: list[tuple[Any, ...]]
) -> None:
    put_owner(server, "made")
    lines = server.run(COMMAND, EMPTY, secrets=SECRETS)
    assert parts == [
        ("newest",),
        ("unpack", NAME, "open-sesame"),
        ("load",),
        ("settle", "db", "petbase_restore"),
        ("swap", "db", "petbase_restore"),
    ]
    assert [line for line in lines if "pg_roles" not in line][:5] == [*READS, ASKS, IMAGE, CLEARED]
    assert dropped(f"'{OLD}'") in lines
    assert lines[-3:-1] == [CLEARED, dropped("petbase_restore")] or dropped("petbase_restore") in lines[-3:]
    assert server.printed.splitlines() == [f"db: fetching {NAME}", f"db: holds {NAME} again"]


def test_a_database_with_tables_is_left_alone(server: Recorder, parts: list[tuple[Any, ...]]) -> None:
    put_owner(server, "made")
    assert server.run(COMMAND, PRESENT, {ASKS: "2\n"}, secrets=SECRETS) == [*READS, ASKS]
    assert server.printed == "db: holds 2 tables already, so restore-from: latest does nothing\n"
    assert parts == []


def test_what_petbase_itself_remembers_in_the_database_is_no_data(
    server: Recorder, parts: list[tuple[Any, ...]]
) -> None:
    """Every linked database has it, and would never be refilled."""
    server.run(COMMAND, EMPTY, secrets=SECRETS)
    asked = next(text for line, text in server.runner.calls if line == ASKS)
    assert "nspname <> :'petbase'" in asked
    assert "\\set petbase 'petbase'" in asked
    assert parts


def test_a_dump_is_named_with_its_path_or_without(server: Recorder, parts: list[tuple[Any, ...]]) -> None:
    for dump in (NAME, f"prod/{NAME}"):
        server.run(dataclasses.replace(COMMAND, dump=dump), EMPTY, secrets=SECRETS)
    assert [part[1] for part in parts if part[0] == "unpack"] == [NAME, NAME]
    assert ("newest",) not in parts


def test_the_bucket_is_opened_with_what_came_and_not_with_what_lies_there(
    server: Recorder, monkeypatch: pytest.MonkeyPatch, parts: list[tuple[Any, ...]]
) -> None:
    buckets: list[Bucket] = []
    monkeypatch.setattr(refill, "unpack", lambda bucket, *_: buckets.append(bucket))
    server.run(COMMAND, EMPTY, secrets=SECRETS)
    assert parts
    assert buckets[0].environment == {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "AWS_DEFAULT_REGION": "auto",
    }


def test_an_empty_bucket_says_how_to_begin_with_nothing(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refill, "newest_of_stack", lambda _: None)
    assert server.fails(COMMAND, EMPTY, secrets=SECRETS) == (
        "restore-from: latest, and the bucket b holds no dump of db; nothing was changed. Take the line out to begin "
        "with nothing"
    )


def test_a_bucket_that_does_not_open_changes_nothing(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Bucket) -> None:
        raise BucketError("the bucket does not open", "AccessDenied")

    monkeypatch.setattr(refill, "newest_of_stack", refuse)
    assert server.fails(COMMAND, EMPTY, secrets=SECRETS) == (
        "the bucket does not open: AccessDenied; nothing was changed. Look at: ./petbase doctor"
    )


@pytest.mark.usefixtures("parts")
def test_a_dump_that_does_not_come_leaves_nothing_behind(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise UnpackError(DAMAGED, f"{NAME} is damaged: unexpected end of file")

    monkeypatch.setattr(refill, "unpack", fail)
    assert server.fails(COMMAND, EMPTY, secrets=SECRETS) == (
        f"{NAME} is damaged: unexpected end of file; nothing was changed. Name another dump in "
        "database.restore-from: ./petbase backups"
    )
    assert CLEARED in server.runner.lines
    assert dropped("petbase_restore") in server.runner.lines


@pytest.mark.usefixtures("parts")
def test_a_dump_that_does_not_load_leaves_the_database_empty(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise LoadError("the disk of the server is full. Look at: df --human-readable")

    monkeypatch.setattr(refill, "load_with_progress", fail)
    assert server.fails(COMMAND, EMPTY, secrets=SECRETS) == (
        f"{NAME} was not restored: the disk of the server is full. Look at: df --human-readable; db holds no table. "
        "Try another: restore-from: KEY, or ./petbase restore"
    )


def test_one_apps_data_that_does_not_load_holds_back_that_app_only(
    server: Recorder, monkeypatch: pytest.MonkeyPatch, parts: list[tuple[Any, ...]]
) -> None:
    verdict = SimpleNamespace(sentence=lambda: "fruits: cannot be restored: no such function. Mend it.")
    monkeypatch.setattr(refill, "load_with_progress", lambda *_: SimpleNamespace(failures=[verdict]))
    assert server.fails(COMMAND, EMPTY, secrets=SECRETS) == (
        f"db holds {NAME} again, but not all of it: fruits: cannot be restored: no such function. Mend it. To go on "
        "without that, run pulumi up again"
    )
    assert parts[-1] == ("swap", "db", "petbase_restore")


@pytest.mark.usefixtures("parts")
def test_tables_that_came_meanwhile_stay(server: Recorder) -> None:
    lines = server.run(COMMAND, EMPTY, {IN_OLD: "1\n"}, secrets=SECRETS)
    assert dropped(f"'{OLD}'") not in lines
    assert (
        f"db: tables that came meanwhile (1) stay in the database {OLD}. Look: ./petbase kept"
        in server.printed.splitlines()
    )


def test_a_service_that_does_not_answer_is_not_an_empty_one(server: Recorder, parts: list[tuple[Any, ...]]) -> None:
    silent = Answer(2, "", "psql: error: connection refused\n")
    assert server.fails(COMMAND, PRESENT, {ASKS: silent}, secrets=SECRETS) == (
        "db does not answer (psql: error: connection refused); nothing was changed. Look at: dokku postgres:logs db"
    )
    assert parts == []
