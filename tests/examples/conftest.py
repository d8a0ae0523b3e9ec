"""One PostgreSQL for the examples; each test has its own empty database in it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.examples import postgres
from tests.examples.postgres import Postgres
from tests.examples.running import Starter


@dataclass(frozen=True)
class Database:
    server: Postgres
    name: str

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    @property
    def url_by_socket(self) -> str:
        """The same for an app that has no network."""
        return self.server.url_by_socket(self.name)

    def sql(self, text: str) -> list[tuple[object, ...]]:
        return self.server.run(text, self.name)

    def schema(self, name: str) -> str:
        """A schema with its role, as an AppLink makes them; the role's URL."""
        role = f"{self.name}_{name}"  # roles belong to the whole server
        self.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{postgres.PASSWORD}'")
        self.sql(f"CREATE SCHEMA {name} AUTHORIZATION {role}")
        self.sql(f"ALTER ROLE {role} IN DATABASE {self.name} SET search_path = {name}")
        return self.url.replace("postgres:p", f"{role}:p", 1)

    def closed(self, yes: bool) -> None:
        """Whether it refuses connections; those that are open end."""
        self.server.run(f"ALTER DATABASE {self.name} WITH ALLOW_CONNECTIONS {not yes}")
        if yes:
            self.server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}'")

    def waiting(self) -> int:
        named = f"datname = '{self.name}' AND wait_event_type = 'Lock'"
        ((count,),) = self.sql(f"SELECT count(*)::int FROM pg_stat_activity WHERE {named}")
        assert isinstance(count, int)
        return count

    @contextmanager
    def gate(self, tag: str) -> Iterator[None]:
        """A session that runs such a statement, as in "CREATE TABLE", waits before it until the block ends."""
        body = "BEGIN PERFORM pg_advisory_xact_lock_shared(0); END"
        self.sql(f"CREATE FUNCTION gate() RETURNS event_trigger LANGUAGE plpgsql AS '{body}'")
        self.sql(f"CREATE EVENT TRIGGER gate ON ddl_command_start WHEN TAG IN ('{tag}') EXECUTE FUNCTION gate()")
        with psycopg.connect(self.url) as held:
            held.execute("SELECT pg_advisory_xact_lock(0)")
            yield


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    running = postgres.start(tmp_path_factory.mktemp("postgres"))
    yield running
    running.stop()


@pytest.fixture
def database(server: Postgres) -> Iterator[Database]:
    """An empty database."""
    name = f"db{time.monotonic_ns()}"
    server.run(f"CREATE DATABASE {name}")
    yield Database(server, name)
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    for (role,) in server.run(f"SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{name}_')"):
        server.run(f"DROP ROLE {role}")


@pytest.fixture
def starter(database: Database, tmp_path: Path) -> Iterator[Starter]:
    """Starts apps, and ends them before their database goes."""
    assert database.name
    starting = Starter(tmp_path)
    yield starting
    starting.end()
