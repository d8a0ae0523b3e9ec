"""A second real PostgreSQL in the place of the staging container, and a source in the place of somebody else's server.

What the real container keeps away from the server is not tried here but in tests/faults/database/test_imports.py.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from host import cli
from host.core.command import words
from host.imports.run import LookAtSource, RunImport
from host.programs.runner import Answer
from tests.examples.postgres import Postgres, binaries
from tests.host.container import SERVICE, Container, ContainerRunner

STAGING = f"petbase.import.{SERVICE}"
SENT = "c0ffee"


@dataclass
class StagingRunner(ContainerRunner):
    """Knows the words of docker that an import uses besides. `started` counts staging containers, `environments` and
    `inputs` are what programs got.
    """

    scratch: Postgres = field(default=None)  # type: ignore[assignment]
    started: list[list[str]] = field(default_factory=list)
    removed: int = 0
    lines_of_docker: list[list[str]] = field(default_factory=list)

    @property
    def staging_tmp(self) -> Path:
        return self.tmp.parent / "staging"

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        self.lines_of_docker.append(list(words))
        if words[:3] == ("docker", "run", "--detach"):
            self.started.append(list(words))
            return self._begin()
        if words[:2] == ("docker", "rm"):
            self.removed += 1
            self._end_client()
            return Answer()
        if words[:2] == ("docker", "logs"):
            return Answer(0, "", "LOG:  database system is ready to accept connections\n")
        return super().run(words, stdin=stdin, env=env)

    def _begin(self) -> Answer:
        clear(self.scratch)
        shutil.rmtree(self.staging_tmp, ignore_errors=True)
        self.staging_tmp.mkdir()
        return Answer(0, "id\n")

    def _end_client(self) -> None:
        """`docker rm` of what reads the source, which is a separate process here."""
        pid = self.tmp.parent / "client/pid"
        if pid.exists():
            number = int(pid.read_text())
            # One that has ended may have left its number to another program.
            with suppress(OSError):
                if b"PGAPPNAME=petbase-import" in Path(f"/proc/{number}/environ").read_bytes():
                    os.kill(number, signal.SIGKILL)
            pid.unlink()

    def here(self, words: Sequence[str]) -> list[str]:
        if list(words[:3]) == ["docker", "run", "--rm"]:
            self.lines_of_docker.append(list(words))
            command = list(words[list(words).index("-c") :])
            tmp = str(self.tmp.parent / "client")
            Path(tmp).mkdir(exist_ok=True)
            named = ["sh", "-c", f'echo $$ >{tmp}/pid; exec "$@"', "sh"]
            path = f"PATH={binaries()}:{os.environ['PATH']}"
            return ["env", path, *named, "sh", *(_moved(one, tmp) for one in command)]
        if STAGING in words:
            at = list(words).index(STAGING)
            variables = [words[n + 1] for n in range(at) if words[n] == "--env"]
            own = [f"PGHOST={self.scratch.sockets}", f"PGPORT={self.scratch.port}"]
            rest = [_moved(one, str(self.staging_tmp)) for one in words[at + 1 :]]
            return ["env", *own, f"PATH={binaries()}:{os.environ['PATH']}", *variables, *rest]
        return super().here(words)


def _moved(word: str, tmp: str) -> str:
    return word.replace("/tmp/", f"{tmp}/")


def clear(server: Postgres) -> None:
    for (name,) in server.run("SELECT datname FROM pg_database WHERE datname !~ '^(postgres|template.)$'"):
        server.run(f'DROP DATABASE "{name}" WITH (FORCE)')
    for (name,) in server.run("SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'"):
        server.run(f'DROP ROLE "{name}"')


@dataclass
class Importer:
    """The service `db` with its containers, and a server elsewhere that holds `shop`."""

    container: Container
    elsewhere: Postgres

    @property
    def runner(self) -> StagingRunner:
        runner = self.container.host.runner
        assert isinstance(runner, StagingRunner)
        return runner

    @property
    def url(self) -> str:
        return self.elsewhere.url("shop")

    def source(self, sql: str, database: str = "shop") -> None:
        self._program("psql", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database, stdin=sql)

    def file(self, *words: str, name: str = SENT, program: str = "pg_dump", database: str = "shop") -> Path:
        """A dump of the source, as `dump upload` leaves it."""
        target = self.runner.tmp / f"petbase_sent.{name}"
        where = [] if program == "pg_dumpall" else ["--dbname", database]
        self._program(program, *words, "--file", str(target), *where)
        return target

    def put(self, content: bytes, name: str = SENT) -> None:
        """Any bytes, as `dump upload` leaves them."""
        (self.runner.tmp / f"petbase_sent.{name}").write_bytes(content)

    def look(self, *, url: str = "", **more: Any) -> Any:
        """What `import look` finds; of a file that was sent unless there is a URL."""
        return self._run(LookAtSource(SERVICE, "fruits", name="" if url else SENT, **more), url)

    def run(self, *, url: str = "", certificates: str = "", **more: Any) -> Any:
        """What `import run` tells."""
        command = RunImport(SERVICE, "fruits", name="" if url else SENT, title="shop", **more)
        return self._run(command, url, certificates)

    def _run(self, command: LookAtSource | RunImport, url: str, certificates: str = "") -> Any:
        self.container.host.secrets = {"url": url, "certificates": certificates}
        return self.container.run(cli.parse(words(command)))

    def _program(self, *words: str, stdin: str = "") -> str:
        own = {"PGHOST": "127.0.0.1", "PGPORT": str(self.elsewhere.port), "PGUSER": "postgres", "PGPASSWORD": "p" * 32}
        program = str(binaries() / words[0])
        done = subprocess.run([program, *words[1:]], input=stdin, capture_output=True, text=True, env=own, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout
