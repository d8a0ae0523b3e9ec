"""What the event triggers cost an app's statements: each in turn in a database with them and in one without."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from host.core.host import Host
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.roles import AppRole, ensure_role
from tests.examples import postgres
from tests.host.postgres.real import LocalRunner

_TIMES = 60
_GRANTED = 300
_STATEMENTS = {
    "CREATE TABLE": SQL("CREATE TABLE {} (x int PRIMARY KEY)"),
    "ALTER TABLE": SQL("ALTER TABLE {} ADD y text"),
    "CREATE FUNCTION": SQL("CREATE FUNCTION {}() RETURNS int LANGUAGE sql RETURN 1"),
    "GRANT": SQL("GRANT SELECT ON {} TO guest"),
    "ALTER TABLE, of one with grants": SQL("ALTER TABLE {} ADD z text"),
    "DROP TABLE": SQL("DROP TABLE {}"),
}


def rows() -> list[tuple[str, str]]:
    """The median of each kind, with and without; and with the grants of a big database."""
    with _two_databases() as (with_them, without):
        small = _measured(with_them, without)
        _grant(with_them, without)
        big = _measured(with_them, without)
    return [
        (f"{name}{where}", f"{ours:.1f} ms, {bare:.1f} ms: {ours - bare:.1f} ms more")
        for found, where in ((small, ""), (big, f", beside {_GRANTED} tables with grants"))
        for name, (ours, bare) in found.items()
    ]


Session = psycopg.Connection[tuple[object, ...]]


@contextmanager
def _two_databases() -> Iterator[tuple[Session, Session]]:
    with tempfile.TemporaryDirectory() as folder:
        server = postgres.start(Path(folder))
        try:
            server.run("CREATE DATABASE ours")
            server.run("CREATE DATABASE bare")
            psql = Psql(Host("bench", LocalRunner(server), root=Path(folder)), "db", "ours")
            ensure_role(psql, AppRole("fruits", "fruits", "c0ffee"))
            restore_owners(psql)
            server.run("CREATE ROLE guest")
            server.run("CREATE SCHEMA fruits AUTHORIZATION fruits", "bare")
            with _session(server, "ours") as with_them, _session(server, "bare") as without:
                yield with_them, without
        finally:
            server.stop()


def _session(server: postgres.Postgres, name: str) -> Session:
    found = psycopg.connect(server.url(name), autocommit=True)
    found.execute("SET SESSION AUTHORIZATION fruits")
    found.execute("SET search_path = fruits")
    return found


def _grant(*sessions: Session) -> None:
    for session in sessions:
        for number in range(_GRANTED):
            table = Identifier(f"granted{number}")
            session.execute(SQL("CREATE TABLE {} (x int)").format(table))
            session.execute(SQL("GRANT SELECT, INSERT ON {} TO guest").format(table))


def _measured(*sessions: Session) -> dict[str, tuple[float, float]]:
    took: dict[str, list[list[float]]] = {name: [[] for _ in sessions] for name in _STATEMENTS}
    for number in range(_TIMES):
        made = Identifier(f"made{number}")
        for name, statement in _STATEMENTS.items():
            text = statement.format(made)
            for session, times in zip(sessions, took[name], strict=True):
                began = time.perf_counter()
                session.execute(text)
                times.append((time.perf_counter() - began) * 1000)
        for session in sessions:
            session.execute(SQL("DROP FUNCTION {}").format(made))
    return {name: (statistics.median(ours), statistics.median(bare)) for name, (ours, bare) in took.items()}
