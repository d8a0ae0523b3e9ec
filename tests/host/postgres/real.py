"""A real PostgreSQL in the place of a service's container: what `Psql` sends goes to a local psql.

Everything else that a command starts is answered by a recorder.
"""

import io
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from host.core.command import Command
from host.core.host import Host
from host.core.output import Output
from host.postgres.psql import Psql
from host.programs.runner import Answer, Process, Stage
from tests.examples.postgres import PASSWORD, Postgres, binaries
from tests.host.recorder import Answers, RecordedRunner


@dataclass
class LocalRunner:
    """A Runner for `docker exec … psql …`: the words from psql on, against the local server."""

    server: Postgres
    recorded: RecordedRunner = field(default_factory=RecordedRunner)

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        """Run psql; record the rest."""
        if list(words[:2]) != ["docker", "exec"]:
            return self.recorded.run(words, stdin=stdin, env=env)
        options = {word.partition("=")[0]: word.partition("=")[2] for word in words if word.startswith("PGOPTIONS=")}
        done = subprocess.run(
            [str(binaries() / "psql"), *words[words.index("psql") + 1 :]],
            input=stdin,
            text=True,
            capture_output=True,
            check=False,
            env={
                **os.environ,
                "PGHOST": "127.0.0.1",
                "PGPORT": str(self.server.port),
                "PGPASSWORD": PASSWORD,
                **options,
                **(env or {}),
            },
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        raise NotImplementedError

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        raise NotImplementedError

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        raise NotImplementedError

    def has(self, program: str) -> bool:
        return self.recorded.has(program)


@dataclass
class Database:
    """A database of a test's own, and the host that speaks to it."""

    server: Postgres
    name: str
    psql: Psql

    def run(self, sql: str, role: str = "") -> list[tuple[Any, ...]]:
        """Run SQL as the superuser, or as a role that it becomes first; the rows of its last statement."""
        import psycopg

        with psycopg.connect(self.server.url(self.name), autocommit=True) as session:
            if role:
                session.execute(f'SET SESSION AUTHORIZATION "{role}"'.encode())
            cursor = session.execute(sql.encode())
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def command(self, command: Command, *answers: Answers) -> str:
        """Run a command that must succeed, Dokku's part by a recorder; what it printed."""
        stream = io.StringIO()
        recorded = RecordedRunner({line: answer for more in answers for line, answer in more.items()})
        host = Host("prod", LocalRunner(self.server, recorded), Output(stream), self.psql.host.root)
        command.run(host)
        return stream.getvalue()

    def value(self, sql: str, role: str = "") -> Any:
        ((value,),) = self.run(sql, role)
        return value


def database(server: Postgres, name: str, root: Path) -> Database:
    """Make it, empty as the plugin makes a service's own."""
    server.run(f'CREATE DATABASE "{name}"')
    host = Host("prod", LocalRunner(server), root=root)
    return Database(server, name, Psql(host, "db", name))


def drop(found: Database) -> None:
    found.server.run(f'DROP DATABASE "{found.name}" WITH (FORCE)')
    drops = "SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'"
    for (drop_role,) in found.server.run(drops):
        found.server.run(str(drop_role))
