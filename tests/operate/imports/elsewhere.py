"""A source that is somewhere else: its URL, its dumps."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.examples.postgres import PASSWORD, Postgres, binaries


@dataclass
class Elsewhere:
    server: Postgres
    folder: Path

    @property
    def url(self) -> str:
        return self.server.url("shop")

    def sql(self, text: str) -> None:
        self._program("psql", "--quiet", "--set", "ON_ERROR_STOP=1", stdin=text)

    def dump(self, form: str, name: str = "shop.dump") -> Path:
        target = self.folder / name
        self._program("pg_dump", "--format", form, "--file", str(target))
        return target

    def _program(self, *words: str, stdin: str = "") -> None:
        own = {"PGHOST": "127.0.0.1", "PGPORT": str(self.server.port), "PGUSER": "postgres", "PGPASSWORD": PASSWORD}
        program = [str(binaries(16) / words[0]), *words[1:]]
        done = subprocess.run(
            program, input=stdin, capture_output=True, text=True, env={**own, "PGDATABASE": "shop"}, check=False
        )
        assert done.returncode == 0, done.stderr
