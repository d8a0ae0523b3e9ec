"""What the event triggers cost an app's statements: each in turn in a database with them and in one without."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from host.core.host import Host
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.roles import AppRole, ensure_role
from tests.examples import postgres
from tests.host.postgres.real import LocalRunner

_TIMES = 60
_GRANTED = 300
_STATEMENTS = {
    "CREATE TABLE": "CREATE TABLE t{n} (x int PRIMARY KEY)",
    "ALTER TABLE": "ALTER TABLE t{n} ADD y text",
    "CREATE FUNCTION": "CREATE FUNCTION f{n}() RETURNS int LANGUAGE sql RETURN 1",
    "GRANT": "GRANT SELECT ON t{n} TO guest",
    "ALTER TABLE, of one with grants": "ALTER TABLE t{n} ADD z text",
    "DROP TABLE": "DROP TABLE t{n}",
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
            for name in ("ours", "bare"):
                server.run(f"CREATE DATABASE {name}")
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
            session.execute(f"CREATE TABLE g{number} (x int)".encode())
            session.execute(f"GRANT SELECT, INSERT ON g{number} TO guest".encode())


def _measured(*sessions: Session) -> dict[str, tuple[float, float]]:
    took: dict[str, list[list[float]]] = {name: [[] for _ in sessions] for name in _STATEMENTS}
    for number in range(_TIMES):
        for name, statement in _STATEMENTS.items():
            for session, times in zip(sessions, took[name], strict=True):
                began = time.perf_counter()
                session.execute(statement.replace("{n}", str(number)).encode())
                times.append((time.perf_counter() - began) * 1000)
        for session in sessions:
            session.execute(f"DROP FUNCTION f{number}".encode())
    return {name: (statistics.median(ours), statistics.median(bare)) for name, (ours, bare) in took.items()}
