"""A lock that somebody holds is no reason to wait for ever: the holder is named."""

import psycopg
import pytest

from host.core.errors import HostError
from host.postgres import locks
from host.postgres.psql import SqlError
from host.postgres.roles import AppRole, ensure_role
from tests.host.postgres.real import Database

FRUITS = AppRole("fruits", "fruits", "c0ffee")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_LIMIT", locks._LIMIT.replace("10s", "1500ms"))
    monkeypatch.setattr(locks, "_FIRST_LOOK_SECONDS", 0.3)
    monkeypatch.setattr(locks, "_PAUSE_SECONDS", 0.3)


def test_the_session_that_holds_it_is_named(database: Database) -> None:
    ensure_role(database.psql, FRUITS)
    with psycopg.connect(database.server.url("db")) as session:
        session.execute("SET SESSION AUTHORIZATION fruits")
        session.execute("ALTER ROLE fruits IN DATABASE db SET work_mem = '5MB'")
        pid = session.info.backend_pid
        with pytest.raises(HostError) as caught:
            ensure_role(database.psql, FRUITS)
        session.rollback()
    said = str(caught.value)
    assert said.startswith("db: the role ")
    assert said.endswith(
        f" s (pid {pid}, idle in transaction). Run this again when it has ended, or end it: ./petbase psql --command "
        f"'SELECT pg_terminate_backend({pid})'"
    )
    ensure_role(database.psql, FRUITS)


def test_a_holder_that_has_gone_meanwhile_is_no_riddle(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_FIRST_LOOK_SECONDS", 60)
    ensure_role(database.psql, FRUITS)
    with psycopg.connect(database.server.url("db")) as session:
        session.execute("ALTER ROLE fruits NOLOGIN")
        with pytest.raises(HostError) as caught:
            ensure_role(database.psql, FRUITS)
        session.rollback()
    assert str(caught.value) == ("db: another session held a lock for more than 10 seconds; run this again")


def test_another_error_is_told_as_it_is(database: Database) -> None:
    with pytest.raises(SqlError) as caught:
        locks.execute_soon(database.psql, "SELECT 1 / 0")
    assert caught.value.reason == "division by zero"
