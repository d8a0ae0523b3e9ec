"""An extension that a superuser installed into an app's own schema, as many guides say, comes along with the app."""

from collections.abc import Iterator

import pytest

from host.core.errors import HostError
from host.placing import extensions
from host.postgres.psql import live
from host.restore.run import PutBack
from tests.host.container import Container
from tests.host.restore.test_run import FRUITS, WHOLE, sent
from tests.host.scratch.loaded import LOADING_ROLES, UNQUALIFIED

EXTENSIONS = """
SELECT extname::text, extnamespace::regnamespace::text, extowner::regrole::text FROM pg_extension
WHERE extname <> 'plpgsql'
"""
THERE = [("vector", "fruits", "postgres")]
FUNCTION = "SELECT to_regprocedure('petbase.move_extensions()')::text"
VALUES = "SELECT v::text FROM t ORDER BY 1"
BOUND = "default_version = '1.0'\nrelocatable = false\n"


@pytest.fixture
def measured(container: Container) -> Container:
    """Two apps, and a dump of a table with a type of an extension in the app's schema."""
    container.app("notes")
    container.app("fruits")
    container.sql("CREATE EXTENSION vector SCHEMA fruits")
    container.sql("CREATE TABLE t (v vector(2)); INSERT INTO t VALUES ('[1,2]')", role="fruits")
    container.sql("CREATE INDEX ON t USING hnsw (v vector_l2_ops)", role="fruits")
    sent(container)
    container.sql("INSERT INTO t VALUES ('[3,4]')", role="fruits")
    return container


def test_it_goes_to_the_restored_schema_and_back(measured: Container) -> None:
    done = measured.run(FRUITS)
    assert (measured.sql(VALUES, role="fruits"), measured.sql(EXTENSIONS)) == ([("[1,2]",)], THERE)
    assert (measured.value(FUNCTION), measured.sql(LOADING_ROLES)) == (None, [])
    measured.run(PutBack("db", done["old"][0]))
    assert measured.sql(VALUES, role="fruits") == [("[1,2]",), ("[3,4]",)]
    assert measured.sql(EXTENSIONS) == THERE


def test_what_another_app_has_of_it_stays_well(measured: Container) -> None:
    measured.sql("CREATE TABLE notes.kept (v fruits.vector(2), w fruits.vector[])")
    measured.sql("INSERT INTO notes.kept VALUES ('[5,6]')")
    measured.run(FRUITS)
    assert measured.sql("SELECT v::text FROM notes.kept") == [("[5,6]",)]


def test_one_that_has_gone_since_is_made_again_for_the_superuser(measured: Container) -> None:
    measured.sql("DROP EXTENSION vector CASCADE")
    measured.run(FRUITS)
    assert (measured.sql(VALUES, role="fruits"), measured.sql(EXTENSIONS)) == ([("[1,2]",)], THERE)


def test_an_app_that_is_held_back_is_taken_along_with_it_and_with_its_foreign_tables(measured: Container) -> None:
    """Neither is in a dump of schemas; what a partition of another server is a part of is not analyzed."""
    measured.sql("CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far")
    measured.sql("GRANT USAGE ON FOREIGN SERVER away TO fruits")
    measured.sql(UNQUALIFIED, role="fruits")
    measured.sql(
        "CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE TABLE near PARTITION OF p DEFAULT", role="fruits"
    )
    measured.sql("CREATE FOREIGN TABLE pf PARTITION OF p FOR VALUES IN (1) SERVER away", role="fruits")
    measured.sql("INSERT INTO p VALUES (2)", role="fruits")
    sent(measured)
    assert measured.run(WHOLE)["kept"] == ["fruits"]
    assert (measured.sql(VALUES, role="fruits"), measured.sql(EXTENSIONS)) == ([("[1,2]",), ("[3,4]",)], THERE)
    assert measured.sql("SELECT reltuples FROM pg_class WHERE relname IN ('near', 'p') ORDER BY relname") == [
        (1,),
        (-1,),
    ]
    tables = "SELECT relowner::regrole::text FROM pg_foreign_table JOIN pg_class c ON c.oid = ftrelid"
    assert measured.sql(tables) == [("fruits",)]


def test_what_was_made_for_a_restore_that_failed_goes(container: Container) -> None:
    container.app("fruits")
    psql = live(container.host, "db")
    container.sql('CREATE ROLE "petbase load x"')
    wanted = [("vector", "fruits"), ("no such", "fruits")]
    extensions.prepare(psql, "petbase load x", ["fruits"], ["fruits"], wanted)
    assert container.sql(EXTENSIONS) == [("vector", "petbase", "postgres")]
    may = "SELECT has_function_privilege('{}', 'petbase.move_extensions()', 'EXECUTE')"
    assert [container.value(may.format(role)) for role in ("petbase load x", "fruits")] == [True, False]
    for _ in range(2):
        extensions.forget(psql)
        assert (container.sql(EXTENSIONS), container.value(FUNCTION)) == ([], None)


@pytest.fixture
def bound(container: Container) -> Iterator[Container]:
    folder = container.runner.tmp / "extension"
    folder.mkdir()
    (folder / "fixed.control").write_text(BOUND)
    (folder / "fixed--1.0.sql").write_text("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    container.sql(f"ALTER SYSTEM SET extension_control_path = '$system:{folder.parent}'")
    container.sql("SELECT pg_reload_conf()")
    yield container
    container.sql("ALTER SYSTEM RESET extension_control_path")
    container.sql("SELECT pg_reload_conf()")


def test_one_that_cannot_move_is_said_before_anything_is_touched(bound: Container) -> None:
    bound.app("fruits")
    bound.sql("CREATE EXTENSION fixed SCHEMA fruits")
    sent(bound)
    with pytest.raises(
        HostError,
        match=r"the extension fixed cannot leave the schema that it is in, which is one of fruits\. Restore the whole "
        "database",
    ):
        bound.run(FRUITS)
    assert bound.sql("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'fruits%'") == [("fruits",)]
