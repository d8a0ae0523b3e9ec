"""destroy-database on a host, with a second service that may go."""

import io
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from components.config.backups_spec import Backups
from components.dokku import backup, backup_watch
from host.database.destroy import DestroyDatabase
from host.database.ensure import EnsureDatabase
from operate.dumps.store import Store
from operate.stack.parse_outputs import parse
from tests.faults.support.bench import Bench
from tests.support.hosts.estate import BUCKET, KEY, SECRET, Estate
from tests.support.operate import Petbase, Pulumi

YES = ["--yes", "--i-know", "destroy doomed of test"]


@pytest.fixture
def bench(estate: Estate) -> Bench:
    return Bench(estate.host, "test")


def _make(bench: Bench, estate: Estate) -> None:
    bench.done(EnsureDatabase("doomed", version="18.4"))
    endpoint = estate.stack.backups.endpoint
    bench.done(backup.ensure("doomed", Backups(bucket=BUCKET), endpoint), KEY, SECRET, "")
    bench.done(backup_watch.ensure("doomed", Backups(bucket=BUCKET), endpoint), "", "{}")


@pytest.fixture
def doomed(bench: Bench, estate: Estate, pulumi: Pulumi) -> Iterator[Bench]:
    """The stack's service is `doomed`, with a table and no app."""
    _make(bench, estate)
    bench.root("dokku postgres:connect doomed", stdin="CREATE TABLE IF NOT EXISTS kept (id int);\n")
    database = {**estate.outputs["database"], "service": "doomed"}
    pulumi.stack("test", {**estate.outputs, "database": database, "apps": {}})
    yield bench
    bench.steer("stop", None)
    if "doomed" in bench.root("dokku --quiet postgres:list"):
        bench.done(DestroyDatabase("doomed"))


def _services(bench: Bench) -> list[str]:
    return bench.root("dokku --quiet postgres:list").split()


def _types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


SENTENCE = "--yes destroys a database without a question, so it needs the sentence: --i-know 'destroy doomed of test'"
REFUSED = [
    (
        [],
        [],
        "Cancelled: there was no answer. Nothing was changed. In a script: --yes --i-know 'destroy doomed of test'",
    ),
    (["db"], [], 'Cancelled: you typed "db", not "doomed". Nothing was changed.'),
    (["doomed", "yes"], [], 'Cancelled: you typed "yes", not "destroy doomed of test". Nothing was changed.'),
    ([], ["--yes", "--i-know", "doomed"], SENTENCE),
    ([], ["--yes"], SENTENCE),
    ([], ["--yes", "--i-know", "destroy db"], SENTENCE),
]
"""What is typed, the words, and why nothing is touched."""


def test_it_goes_after_a_dump_and_two_answers_or_the_whole_sentence_and_by_nothing_else(
    petbase: Petbase, doomed: Bench, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lines, words, problem in REFUSED:
        _types(monkeypatch, *lines)
        ran = petbase("destroy-database", *words)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.endswith(f"petbase: {problem}\n")
    assert "doomed" in _services(doomed)
    _types(monkeypatch, "doomed", "destroy doomed of test")
    ran = petbase("destroy-database")
    assert (ran.code, ran.out) == (0, "doomed is gone.\n"), ran.err
    assert "doomed on test (" in ran.err
    assert "is deleted with all that it holds: 1 table, 0 bytes, in every schema." in ran.err
    assert "Type doomed to destroy it for good: " in ran.err
    assert "Type destroy doomed of test to do so with every table in it: " in ran.err
    assert _services(doomed) == ["db"]
    assert not (doomed.disk / "etc/cron.d/dokku-postgres-doomed").exists()
    # Its dump is in the bucket; the other service and its data are as they were.
    outputs = {**estate.outputs, "database": {"service": "doomed", "version": "18.4", "versionDeclared": True}}
    with Store(parse("test", outputs)) as store:
        assert store.find(None).key in ran.err
    assert estate.sql("SELECT count(*) FROM fruits.fruits") == "2"


@pytest.mark.soak
def test_it_stays_where_its_last_dump_does_not_restore(petbase: Petbase, doomed: Bench) -> None:
    """It could be read back, but its one row cannot be loaded where a setting is another."""
    moody = "CREATE TABLE moody (a int CHECK (COALESCE(current_setting('moody.yes', true), '') = 'yes'));"
    rows = "SET moody.yes = 'yes'; INSERT INTO moody VALUES (1);"
    doomed.root("dokku postgres:connect doomed", stdin=f"{moody} {rows}\n")
    ran = petbase("destroy-database", *YES)
    assert ran.code == 1
    assert "cannot be restored" in ran.err
    assert ran.err.endswith("Nothing was torn down; --no-safety-dump continues without it.\n")
    assert "doomed" in _services(doomed)


def test_a_database_with_apps_is_refused_by_name(petbase: Petbase, estate: Estate, bench: Bench) -> None:
    ran = petbase("destroy-database", "--yes", "--i-know", "destroy db of test")
    assert (ran.code, ran.err) == (
        2,
        "petbase: db is linked to fruits, shop, so its data is in use; nothing was touched. "
        "First take these apps out of the stack file and run pulumi up.\n",
    )
    assert _services(bench) == ["db"]
    assert estate.sql("SELECT count(*) FROM fruits.fruits") == "2"


@pytest.mark.soak
def test_without_a_safety_dump_nothing_goes(petbase: Petbase, doomed: Bench, pulumi: Pulumi, estate: Estate) -> None:
    paused = {**estate.outputs["backups"], "paused": True}
    database = {**estate.outputs["database"], "service": "doomed"}
    pulumi.stack("test", {**estate.outputs, "database": database, "apps": {}, "backups": paused})
    ran = petbase("destroy-database", *YES)
    assert ran.code == 2
    assert "The backups of test are paused" in ran.err
    assert "doomed" in _services(doomed)
    assert petbase("destroy-database", *YES, "--no-safety-dump").code == 0
    assert _services(doomed) == ["db"]


@pytest.mark.soak
def test_cut_off_at_any_verb_it_is_finished_by_the_same_command(
    petbase: Petbase, doomed: Bench, estate: Estate
) -> None:
    for n in count(2):
        _make(doomed, estate)
        where = doomed.cut(DestroyDatabase("doomed"), n)
        if not where:
            break
        assert petbase("destroy-database", *YES, "--no-safety-dump").code == 0, where
        assert _services(doomed) == ["db"], where
        assert doomed.state("services/doomed/owner") is None, where
    assert n > 4
