"""The questions to PostgreSQL against a real one: rights, functions, sessions and sorting, and names of any kind."""

import json
import time

import psycopg
import pytest

from host.postgres.owners import restore_owners
from host.report import database as report
from host.report.database import foreign_objects
from host.report.model.database import CollationChange, ForeignObjects, PostgresReport, RoleReport, SuperuserFunction
from host.restore.set_aside import set_aside
from tests.host.postgres.real import Database

NAME = 'a "b"\n\t\x1b[2J\u2028\x85é'
_QUOTED = NAME.replace('"', '""')


def _report(database: Database) -> PostgresReport:
    return report.report_postgres(database.psql.host, "db")


def _note(text: str) -> str:
    return "'" + json.dumps({"petbase": text, "of": "db", "dump": "x.tgz", "at": "2026-11-20 03:00:00"}) + "'"


def test_an_empty_database_has_nothing_to_tell(database: Database) -> None:
    found = _report(database)
    assert found.version.startswith("18.")
    assert 1 <= found.connections < found.max_connections
    assert (found.roles, found.superuser_functions, found.idle_sessions, found.prepared_transactions) == (
        (),
        (),
        (),
        (),
    )
    assert (found.collation_changes, found.scratch) == ((), ())
    assert (found.limits, found.room) == (0, 90)


def test_limits_of_roles_that_log_in_are_added_up(database: Database) -> None:
    database.run(
        "CREATE ROLE a LOGIN CONNECTION LIMIT 40; CREATE ROLE b LOGIN CONNECTION LIMIT 20; CREATE ROLE c LOGIN"
    )
    database.run("CREATE ROLE d CONNECTION LIMIT 9; CREATE ROLE e LOGIN SUPERUSER CONNECTION LIMIT 9")
    assert _report(database).limits == 60


def test_roles_are_told_with_what_was_given_to_them(database: Database) -> None:
    database.run("CREATE ROLE plain LOGIN; CREATE ROLE closed; GRANT closed TO plain")
    database.run("CREATE ROLE backdoor SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS LOGIN")
    database.run("GRANT pg_execute_server_program, pg_monitor TO plain")
    assert _report(database).roles == (
        RoleReport("backdoor", True, ("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"), ()),
        RoleReport("closed", False, (), ()),
        RoleReport("plain", True, (), ("pg_execute_server_program", "pg_monitor")),
    )


def test_a_function_of_the_superuser_is_told_with_who_may_call_it_and_by_which_grants(database: Database) -> None:
    database.run('CREATE ROLE "a b" LOGIN; CREATE ROLE shop LOGIN; CREATE ROLE "petbase load x" LOGIN')
    database.run('CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO shop, "a b", "petbase load x"')
    body = "RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1"
    database.run(f'CREATE FUNCTION s."{_QUOTED}"(int) {body}; CREATE FUNCTION s.narrow() {body}')
    database.run('REVOKE EXECUTE ON FUNCTION s.narrow() FROM PUBLIC; GRANT EXECUTE ON FUNCTION s.narrow() TO "a b"')
    # No role may look into the first; the second does what its caller may; one is an app's own, one an extension's.
    database.run(f"CREATE SCHEMA shut; CREATE FUNCTION shut.f() {body}")
    database.run("CREATE FUNCTION s.plain() RETURNS int LANGUAGE sql RETURN 1")
    database.run(f"CREATE FUNCTION s.own() {body}; ALTER FUNCTION s.own() OWNER TO shop")
    database.run(f"CREATE FUNCTION s.theirs() {body}; ALTER EXTENSION plpgsql ADD FUNCTION s.theirs()")
    assert _report(database).superuser_functions == (
        SuperuserFunction(f's."{_QUOTED}"(integer)', ("a b", "shop"), ("PUBLIC",)),
        SuperuserFunction("s.narrow()", ("a b",), ('"a b"',)),
    )


def test_an_app_cannot_answer_in_the_place_of_the_catalogue(database: Database) -> None:
    """It may make functions of any name in public on an adopted server; the superuser must not call them."""
    database.run("CREATE ROLE evil LOGIN; GRANT CREATE ON SCHEMA public TO evil")
    for fake in (
        "split_part(text, text, int)",
        "quote_ident(name)",
        "starts_with(name, text)",
        "current_setting(text)",
    ):
        body = "RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'called'; END$$"
        database.run(f"CREATE FUNCTION public.{fake} {body}", role="evil")
    assert _report(database).version.startswith("18.")


def test_a_session_that_is_idle_in_a_transaction_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.run(f'CREATE ROLE "{_QUOTED}" LOGIN')
    with psycopg.connect(database.server.url(database.name)) as session:
        session.execute(f'SET SESSION AUTHORIZATION "{_QUOTED}"'.encode())
        assert _report(database).idle_sessions == ()
        monkeypatch.setattr(report, "IDLE_SECONDS", 0)
        time.sleep(0.01)
        (found,) = _report(database).idle_sessions
        assert (found.pid, found.seconds) == (session.info.backend_pid, 0)


def test_prepared_transactions_that_were_forgotten_are_told_by_role(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by their names, which an app chooses."""
    for number in range(2):
        database.run(f"BEGIN; CREATE TABLE t{number} (x int); PREPARE TRANSACTION 'odd'' name {number}'")
    try:
        assert _report(database).prepared_transactions == ()
        monkeypatch.setattr(report, "IDLE_SECONDS", 0)
        (found,) = _report(database).prepared_transactions
    finally:
        for number in range(2):
            database.run(f"ROLLBACK PREPARED 'odd'' name {number}'")
    assert (found.role, found.count, found.seconds) == ("postgres", 2, 0)


def test_a_collation_of_another_version_is_told_where_an_index_uses_it(database: Database) -> None:
    """PostgreSQL remembers a version for each collation beside the database's own, as ICU has them."""
    database.run("CREATE COLLATION own (provider = builtin, locale = 'C.UTF-8'); CREATE COLLATION unused FROM own")
    database.run("CREATE TABLE words (word text COLLATE own); CREATE INDEX ON words (word)")
    database.run("UPDATE pg_collation SET collversion = '0' WHERE collname IN ('own', 'unused')")
    try:
        assert _report(database).collation_changes == (CollationChange("db", "0", "1", "public.own"),)
    finally:
        database.run("DROP TABLE words; DROP COLLATION own; DROP COLLATION unused")


def test_a_database_of_another_c_library_and_throw_away_ones_are_told(database: Database) -> None:
    for name in ("petbase_drill", "petbase_else"):
        database.run(f"CREATE DATABASE {name}")
    try:
        (provided,) = database.run("SELECT datcollversion FROM pg_database WHERE datname = current_database()")
        database.run("UPDATE pg_database SET datcollversion = '2.1' WHERE datname = current_database()")
        found = _report(database)
    finally:
        database.run("DROP DATABASE petbase_drill")
        database.run("DROP DATABASE petbase_else")
    assert found.scratch == ("petbase_drill",)
    # A collation without versions, such as C, has none to compare.
    assert found.collation_changes in {(), (CollationChange("db", "2.1", str(provided[0])),)}


def test_what_was_put_aside_is_told_by_the_superusers_note_alone(database: Database) -> None:
    database.run(f'CREATE ROLE evil LOGIN; CREATE SCHEMA "{_QUOTED}"; CREATE TABLE "{_QUOTED}".t (x int)')
    database.run(f'COMMENT ON SCHEMA "{_QUOTED}" IS {_note("before")}')
    database.run("CREATE SCHEMA evil AUTHORIZATION evil")
    database.run(f"COMMENT ON SCHEMA evil IS {_note('before')}", role="evil")
    database.run(f'COMMENT ON DATABASE "{database.name}" IS {_note("aside")}')
    (found,) = set_aside(database.psql)
    assert (found.kind, found.name, found.of, found.was_live, found.dump, found.since) == (
        "schema",
        NAME,
        "db",
        True,
        "x.tgz",
        "2026-11-20 03:00:00",
    )


def test_objects_of_another_owner_are_told_by_schema(database: Database) -> None:
    database.run("CREATE ROLE fruits; CREATE SCHEMA fruits AUTHORIZATION fruits")
    database.run("CREATE TABLE fruits.own ()", "fruits")
    database.run("CREATE SCHEMA theirs; CREATE TABLE theirs.t ()")  # the superuser's, and no app's
    assert foreign_objects(database.psql.host, "db") == ()
    database.run(f'CREATE TABLE fruits."{_QUOTED}" (); CREATE SEQUENCE fruits.zz')
    assert foreign_objects(database.psql.host, "db") == (
        ForeignObjects("fruits", 2, "sequence fruits.zz", ("postgres",)),
    )
    restore_owners(database.psql)
    assert foreign_objects(database.psql.host, "db") == ()
