"""The check's questions to PostgreSQL against a real one."""

import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from host.check import database as sessions
from host.check import locks
from host.check.findings import Findings
from host.check.locks import look_at_locks
from host.dumps.claim import Claim
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.roles import AppRole, ensure_role
from host.watch import own_dumps
from host.watch.settings import WatchSettings
from tests.host.postgres.real import Database

SETTINGS = WatchSettings("b", "", "https://store", "0 3 * * *", 90_000, "weekly")


def found(database: Database) -> Findings:
    made = Findings(database.psql.host, "db", SETTINGS)
    sessions.look_at_sessions(made)
    return made


def test_a_quiet_database_has_nothing_to_tell(database: Database) -> None:
    made = found(database)
    assert (made.problems, made.idle_transactions) == ({}, 0)
    assert made.connections
    assert made.max_connections
    assert 1 <= made.connections < made.max_connections


def test_a_database_that_is_set_to_read_only_is_told(database: Database) -> None:
    database.run(f'ALTER DATABASE "{database.name}" SET default_transaction_read_only = on')
    (problem,) = found(database).problems.values()
    assert problem.startswith("db takes no writes")


def test_a_slot_that_nothing_reads_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SLOT_BYTES", -1)
    database.run("SELECT pg_create_physical_replication_slot('old_standby', true)")
    try:
        (problem,) = found(database).problems.values()
    finally:
        database.run("SELECT pg_drop_replication_slot('old_standby')")
    assert problem.startswith("nothing reads the replication slot old_standby, for which ")
    assert found(database).problems == {}


def test_a_session_that_is_idle_in_a_transaction_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "IDLE_SECONDS", 0)
    with psycopg.connect(database.server.url(database.name)) as session:
        session.execute("SELECT 1")
        time.sleep(0.01)
        (problem,) = found(database).problems.values()
        assert problem.endswith(
            f"End it: ./petbase psql --command 'SELECT pg_terminate_backend({session.info.backend_pid})'"
        )
    assert found(database).problems == {}


def test_a_prepared_transaction_that_was_forgotten_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "IDLE_SECONDS", 0)
    database.run("BEGIN; CREATE TABLE t (x int); PREPARE TRANSACTION 'forgotten'")
    try:
        assert found(database).problems == {
            "prepared postgres": "a prepared transaction of postgres from 0 minutes ago still holds locks, which stop "
            "dumps, VACUUM and changes of tables. End it: ROLLBACK PREPARED 'NAME', with NAME from: SELECT gid FROM "
            "pg_prepared_xacts"
        }
    finally:
        database.run("ROLLBACK PREPARED 'forgotten'")
    assert found(database).problems == {}


def test_a_reader_whose_cursor_keeps_the_owner_waiting_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "BLOCK_SECONDS", 0)
    for app in (AppRole("reports", "reports", "a", ("shop",)), AppRole("shop", "shop", "b")):
        ensure_role(database.psql, app)
    restore_owners(database.psql)
    database.run("CREATE TABLE shop.orders (x int)", "shop")
    where = f"host=127.0.0.1 port={database.server.port} dbname={database.name}"
    with (
        psycopg.connect(f"{where} user=reports password=a") as reader,
        psycopg.connect(f"{where} user=shop password=b") as owner,
        ThreadPoolExecutor(1) as pool,
    ):
        # It may lift the limit on its transactions.
        reader.execute("SET idle_in_transaction_session_timeout = 0")
        reader.execute("DECLARE c CURSOR FOR SELECT * FROM shop.orders")
        assert found(database).problems == {}
        owner.execute("SET lock_timeout = '20s'")
        migration = pool.submit(owner.execute, "ALTER TABLE shop.orders ADD y int")
        about = f"blocks {reader.info.backend_pid}"
        while about not in (problems := found(database).problems):
            assert not migration.done()
        assert problems[about] == (
            "a session of reports has kept shop waiting for 0 minutes by its locks. End it: ./petbase psql "
            f"--command 'SELECT pg_terminate_backend({reader.info.backend_pid})'"
        )
        reader.rollback()
        migration.result()
    assert found(database).problems == {}


def test_an_app_cannot_answer_in_the_place_of_the_catalogue(database: Database) -> None:
    database.run("CREATE ROLE evil LOGIN; GRANT CREATE ON SCHEMA public TO evil")
    body = "RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'called'; END$$"
    for fake in ("starts_with(name, text)", "current_setting(text)", "pg_control_system()"):
        database.run(f"CREATE FUNCTION public.{fake} {body}", role="evil")
    assert found(database).problems == {}
    assert Psql(database.psql.host, "db", "postgres").value(own_dumps._SYSTEM).isdecimal()


def test_the_system_identifier_tells_when_the_database_was_made(database: Database) -> None:
    system = Psql(database.psql.host, "db", "postgres").value(own_dumps._SYSTEM)
    assert 0 <= time.time() - Claim("prod", "db", system).since < 86_400


def test_more_tables_than_a_dump_is_sure_to_have_locks_for_are_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Findings(database.psql.host, "db", SETTINGS)
    database.run("CREATE TABLE parts (k int) PARTITION BY LIST (k); CREATE TABLE part PARTITION OF parts DEFAULT")
    database.run("CREATE VIEW v AS SELECT 1 AS one; CREATE SEQUENCE s; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one")
    look_at_locks(made)
    assert made.problems == {}
    monkeypatch.setattr(locks, "_QUESTION", locks._QUESTION.replace("each * sessions", "each * sessions / 6400"))
    look_at_locks(made)
    assert made.problems == {
        "dump locks": "a dump locks 2 tables at once, and PostgreSQL has room for 1 locks for certain, without which "
        "every dump fails. Write database: {config: {max_locks_per_transaction: 64}}, which restarts PostgreSQL"
    }
