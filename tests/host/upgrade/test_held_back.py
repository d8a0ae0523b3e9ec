"""Data that the new version does not take holds back its app alone, where somebody says so; and what is known of it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from host.archive.shares import SHARED
from host.check.database import look_at_held_back
from host.check.findings import Findings
from host.core.errors import HostError
from host.loading.verdict import LoadError, Verdict
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.restore import held_back
from host.restore.run import RunRestore
from host.upgrade.fill import fill
from host.upgrade.named import require_known, require_named
from host.upgrade.state import COPYING, UpgradeState
from host.watch.settings import UNREADABLE
from tests.examples import postgres
from tests.host.container import SERVICE, Container
from tests.host.restore.test_run import DUMP, NAME
from tests.hostile.traps.elsewhere import beside

OLD = "db-before-18"
BEGUN = UpgradeState(COPYING, "16.14", "18.4", 0)
VERDICT = Verdict("fruits", ("fruits", "journal"), "not here", "rows of fruits.t", "Mend it")
REFUSES = """
CREATE FUNCTION refuses(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
  IF starts_with(session_user, 'petbase load') THEN RAISE 'not here'; END IF; RETURN x; END $$;
"""
CHANGES_ROWS = """
CREATE TABLE log (id serial); CREATE FUNCTION logs(int) RETURNS bool LANGUAGE sql SET search_path = odd AS
  'INSERT INTO log DEFAULT VALUES; SELECT true';
CREATE TABLE t (x int CHECK (logs(x))); INSERT INTO t VALUES (1);
"""
ROWS = "CREATE TABLE t (x int CHECK (fruits.refuses(x) > 0)); INSERT INTO t VALUES (1)"


@pytest.fixture(scope="module")
def new_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    server = postgres.start(tmp_path_factory.mktemp("new"), socket_asks="trust")
    yield server
    server.stop()


@pytest.fixture
def new(container: Container, new_cluster: postgres.Postgres, tmp_path: Path) -> Iterator[Container]:
    """The service that is made beside `container`, where fruits has what does not load, and shop a view of its."""
    for app in ("fruits", "notes", "shop"):
        container.app(app, "CREATE TABLE own AS SELECT 'mine' AS word; CREATE SEQUENCE s; SELECT nextval('s')")
    container.app("odd", CHANGES_ROWS)
    container.sql("GRANT CREATE ON DATABASE db TO fruits; GRANT SELECT ON notes.own TO fruits")
    container.sql("GRANT USAGE ON SCHEMA fruits TO shop; GRANT SELECT ON fruits.own TO shop")
    container.sql("CREATE VIEW over AS TABLE fruits.own", role="shop")
    container.sql(f"{REFUSES} {ROWS}; CREATE SCHEMA journal; CREATE TABLE journal.days ()", role="fruits")
    restore_owners(Psql(container.host, SERVICE))
    (tmp_path / "new").mkdir()
    with beside(container, new_cluster, tmp_path / "new") as found:
        yield found
    found.clear()


def needs(
    name: str, *schemas: str, error: str = "it needs the table fruits.t, and fruits cannot be restored"
) -> Verdict:
    return Verdict(name, schemas, error, f"view {name}.over", "Mend fruits first")


@pytest.mark.parametrize(
    ("failures", "named", "said"),
    [
        (
            [VERDICT],
            [],
            "fruits: cannot be restored (rows of fruits.t): not here. Mend it\n"
            "To upgrade the others without it, add: --hold-back fruits",
        ),
        (
            [VERDICT, needs("shop", "shop")],
            ["fruits"],
            "shop: cannot be restored (view shop.over): it needs the table fruits.t, and fruits cannot be restored. "
            "Mend fruits first\nTo upgrade the others without it, add: --hold-back fruits --hold-back shop",
        ),
        (
            [needs(SHARED.kind.value, "public", error="no")],
            ["fruits"],
            "what belongs to the superuser: cannot be restored (view what belongs to the superuser.over): no. Mend "
            "fruits first\nTo upgrade the others without it, add: --hold-back public",
        ),
        (
            [Verdict("extension old", (), "no", "extension old", "Drop it")],
            ["fruits"],
            "extension old: cannot be restored (extension old): no. Drop it",
        ),
    ],
)
def test_nobodys_data_is_left_behind_unless_it_is_named(failures: list[Verdict], named: list[str], said: str) -> None:
    with pytest.raises(LoadError) as problem:
        require_named(failures, named)
    assert str(problem.value) == said


def test_data_is_named_by_its_role_or_a_schema_and_takes_along_what_it_alone_lacks() -> None:
    missing = Verdict("extension old", (), "no", "extension old", "Drop it")
    for name in ("fruits", "journal"):
        require_named([missing, replace(VERDICT, error="no", at="extension old")], [name])
    require_named([needs(SHARED.kind.value, "public")], ["public"])


def test_those_who_are_named_stay_and_the_others_come_as_they_are(container: Container, new: Container) -> None:
    filled = fill(container.host, SERVICE, OLD, BEGUN, ("fruits", "notes", "shop", "odd"))
    assert [(one.name, one.schemas, one.at) for one in filled.held_back] == [
        ("fruits", ("fruits", "journal"), "rows of fruits.t"),
        ("shop", ("shop",), "view shop.over"),
        ("odd", ("odd",), ""),
    ]
    assert filled.held_back[-1].error == "rows differ: odd.log: 1 rows and 2"
    assert new.sql("SELECT FROM pg_namespace WHERE nspname = 'odd'") == []
    assert (filled.rows, filled.tables) == (1, 1)
    assert new.value("SELECT word FROM own", role="notes") == "mine"
    # Their roles may do what they could, and have nothing to do it with.
    assert new.value("SELECT has_table_privilege('fruits', 'notes.own', 'SELECT')") is True
    with pytest.raises(psycopg.Error, match='relation "own" does not exist'):
        new.sql("TABLE own", role="fruits")


def test_a_name_of_nobodys_data_is_refused(container: Container) -> None:
    container.app("fruits")
    require_known(Psql(container.host, SERVICE), ["fruits", "public"])
    with pytest.raises(HostError) as problem:
        require_known(Psql(container.host, SERVICE), ["frutis"])
    assert str(problem.value) == (
        "--hold-back frutis: db has no data of that name; nothing was changed. There is: fruits, public"
    )


def test_it_is_told_until_a_restore_of_a_dump_of_before_has_brought_all_of_it(container: Container) -> None:
    container.app("fruits", "CREATE TABLE own AS SELECT 'mine' AS word")
    container.dump("old")
    held_back.hold_back(container.host, "db-before-19", [VERDICT])
    held_back.hold_back(container.host, "other-before-19", [VERDICT])
    found = Findings(container.host, SERVICE, UNREADABLE)
    look_at_held_back(found)
    assert found.problems == {
        "held back fruits": "fruits was held back by an upgrade: its data is only in db-before-19, since it could not "
        "be loaded (rows of fruits.t): not here. To bring it over: docs/upgrades.md"
    }
    held_back.brought_over(container.host, SERVICE, 19, [Verdict("fruits", VERDICT.schemas)])
    held_back.brought_over(container.host, SERVICE, 18, [Verdict("fruits", ("fruits",)), Verdict("shop", ("journal",))])
    held_back.brought_over(container.host, SERVICE, 18, [VERDICT])
    assert [*held_back.all_held_back(container.host, SERVICE)] == ["db-before-19"]
    held_back.hold_back(container.host, "db-before-19", [Verdict("fruits", ("fruits",), "not here")])
    shutil.copy(container.runner.tmp / "old", container.runner.tmp / f"petbase_sent.{NAME}")
    container.run(RunRestore(SERVICE, NAME, dump=DUMP, schema="fruits"))
    assert (held_back.all_held_back(container.host, SERVICE), container.value("TABLE own", role="fruits")) == (
        {},
        "mine",
    )
