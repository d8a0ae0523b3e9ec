"""A real PostgreSQL in the place of a service's container: programs that Docker would run there are run here.

Its socket asks for no password, as the container's own; /tmp of the container is a folder of the test's.
"""

import io
import itertools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import psycopg

from host import cli
from host.core.command import Command, words
from host.core.host import Host
from host.core.output import Output
from host.dumps.container_file import ContainerFile
from host.programs.runner import Answer, Process, Stage
from host.programs.system_runner import SystemRunner
from tests.examples.postgres import Postgres, binaries

SERVICE = "db"
_DROP_DATABASES = """
SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE datname !~ '^(postgres|template.)$'
"""
_DROP_ROLES = "SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'"
_FLAGS_WITH_A_WORD = {"--env", "--user"}


@dataclass
class ContainerRunner:
    """A Runner for `docker exec … PROGRAM …` alone. `lines` are the programs that ran, from their name on."""

    server: Postgres
    tmp: Path
    lines: list[list[str]] = field(default_factory=list)
    inner: SystemRunner = field(default_factory=SystemRunner)
    service: str = SERVICE

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        if list(words) == ["dokku", "--quiet", "postgres:list"]:
            return Answer(0, f"{SERVICE}\n")
        return self.inner.run(self.here(words), stdin=stdin, env=env)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        return self.inner.pipe([Stage(self.here(stage.words), stage.env) for stage in stages], stdin=stdin)

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        return self.inner.start(self.here(words), env=env)

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        return self.inner.read(self.here(words), take, stdin=stdin)

    def has(self, program: str) -> bool:
        return program == "docker"

    def here(self, words: Sequence[str]) -> list[str]:
        assert list(words[:2]) == ["docker", "exec"], words
        rest, variables = list(words[2:]), []
        while rest[0].startswith("--"):
            flag = rest.pop(0)
            value = rest.pop(0) if flag in _FLAGS_WITH_A_WORD else ""
            variables += [value] if flag == "--env" else []
        assert rest.pop(0) == f"dokku.postgres.{self.service}", words
        self.lines.append(rest)
        own = [f"PGHOST={self.server.sockets}", f"PGPORT={self.server.port}", f"PATH={binaries()}:{os.environ['PATH']}"]
        return ["env", *own, *variables, *(word.replace("/tmp/", f"{self.tmp}/", 1) for word in rest)]


@dataclass
class Container:
    """The service `db` with its own database `db`, on the host of the stack `prod`."""

    server: Postgres
    host: Host
    runner: ContainerRunner
    stream: io.StringIO
    steps: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, server: Postgres, root: Path) -> "Container":
        """A host below `root`, whose container is that server."""
        (root / "tmp").mkdir()
        (root / f"var/lib/dokku/services/postgres/{SERVICE}/data").mkdir(parents=True)
        runner = ContainerRunner(server, root / "tmp")
        stream = io.StringIO()
        # Each moment is another second, as for people: what is set aside is named after it.
        seconds = itertools.count(1_795_000_000)
        host = Host("prod", runner, Output(stream), root, sleep=lambda _: None, now=lambda: next(seconds))
        return cls(server, host, runner, stream)

    def printed(self) -> list[str]:
        """What the client saw since this was asked the last time."""
        lines = self.stream.getvalue().splitlines()
        self.stream.truncate(0)
        self.stream.seek(0)
        return lines

    def sql(self, text: str, database: str = SERVICE, role: str = "postgres") -> list[tuple[Any, ...]]:
        """SQL as a role that logs in by itself; the rows of the last statement."""
        where = f"host={self.server.sockets} port={self.server.port} user='{role}' dbname='{database}'"
        with psycopg.connect(where, autocommit=True) as session:
            cursor = session.execute(text.encode())
            while cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []

    def value(self, text: str, database: str = SERVICE, role: str = "postgres") -> Any:
        ((found,),) = self.sql(text, database, role)
        return found

    def app(self, name: str, sql: str = "") -> None:
        """An app's role and schema, and SQL that it runs with its own login."""
        self.sql(f'CREATE ROLE "{name}" LOGIN; CREATE SCHEMA "{name}" AUTHORIZATION "{name}"')
        self.sql(f'GRANT CONNECT, TEMPORARY ON DATABASE "{SERVICE}" TO "{name}"')
        self.sql(f'ALTER ROLE "{name}" IN DATABASE "{SERVICE}" SET search_path = "{name}", extensions')
        if sql:
            self.sql(sql, role=name)

    def dump(self, name: str = "dump", database: str = SERVICE) -> ContainerFile:
        file = ContainerFile(self.host, SERVICE, f"/tmp/{name}")
        words = ["pg_dump", "--format", "custom", "--no-acl", "--no-owner", "--username", "postgres"]
        done = file.exec(*words, "--file", file.path, "--dbname", database)
        assert done.ok, done.stderr
        return file

    def run(self, command: Command) -> Any:
        """Run a command, by its words; its result. What it printed besides is in `printed`."""
        cli.parse(words(command)).run(self.host)
        lines = self.stream.getvalue().splitlines()
        self.stream.truncate(0)
        self.stream.seek(0)
        self.steps = [line for line in lines if not line.startswith("{")]
        results = [json.loads(line) for line in lines if line.startswith("{")]
        return results[-1] if results else None

    def clear(self) -> None:
        for (drop,) in self.sql(_DROP_DATABASES, "postgres") + self.sql(_DROP_ROLES, "postgres"):
            self.sql(drop, "postgres")
