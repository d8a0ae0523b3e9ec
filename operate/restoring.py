"""A dump back into the service: read by the server first, then into emptied schemas, then every owner put right."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from components.dokku import verbs
from operate import database
from operate.archive import ArchiveError
from operate.errors import PetbaseError
from operate.outputs import Stack
from operate.ssh import Connection, RemoteError

# The line of `pg_restore --list` for a schema, and for a table in `public`, which has no line of its own.
_SCHEMA = re.compile(r"^\d+; 2615 \d+ SCHEMA - (\S+) ", re.MULTILINE)
_IN_PUBLIC = re.compile(r"^\d+; 1259 \d+ (?:TABLE|VIEW|MATERIALIZED VIEW|SEQUENCE) public ", re.MULTILINE)
_LOCK = "/run/lock/petbase.services.lock"  # prelude.sh's lock 8
_LOCK_SECONDS = "900"
_BUSY = 75  # EX_TEMPFAIL: nobody else's exit code here


@dataclass(frozen=True)
class Restore:
    """One dump's way back. `export` is what pg_dump wrote, `again` the command that repeats it all."""

    stack: Stack
    connection: Connection
    export: Path
    again: str

    def schemas(self) -> list[str]:
        """The schemas that the dump holds, by the server's own pg_restore; ArchiveError when it cannot read it."""
        words = ("docker", "exec", "--interactive", f"dokku.postgres.{self.stack.service}", "pg_restore", "--list")
        try:
            with self.export.open("rb") as file:
                said = self.connection.run(*words, stdin=file)
        except RemoteError as problem:
            raise ArchiveError(
                f"The server's PostgreSQL {self.stack.version} cannot read this dump, so nothing was touched: "
                f"{problem.said}"
            ) from None
        found = set(_SCHEMA.findall(said)) | ({"public"} if _IN_PUBLIC.search(said) else set())
        return sorted(found)

    def run(self, schemas: list[str], safety: str | None) -> None:
        """Empty the dump's schemas, import, give everything to its role. A failure names the way back."""
        with self._half_way(safety):
            try:
                database.empty(self.connection, self.stack.service, schemas)
                self._import()
            except BaseException:
                # What did come back belongs to postgres, and its app would be refused. The first failure is told.
                with suppress(PetbaseError):
                    self._own()
                raise
            self._own()

    def _import(self) -> None:
        wait = ("flock", "--timeout", _LOCK_SECONDS, "--conflict-exit-code", str(_BUSY), "--close", _LOCK)
        try:
            with self.export.open("rb") as file:
                self.connection.run(*wait, "dokku", "postgres:import", self.stack.service, stdin=file)
        except RemoteError as problem:
            if problem.returncode == _BUSY:
                raise PetbaseError(f"Another run still works on {self.stack.service}; wait until it ends") from None
            raise PetbaseError(f"dokku postgres:import answered {problem.returncode}: {problem.said}") from None

    def _own(self) -> None:
        script = verbs.restored(f"petbase/{self.stack.name}", self.stack.service)
        self.connection.send("giving every object to its app's role", script)

    @contextmanager
    def _half_way(self, safety: str | None) -> Iterator[None]:
        try:
            yield
        except (PetbaseError, KeyboardInterrupt) as problem:
            why = str(problem) or "it was interrupted"
            back = (
                f"; to go back to before: ./petbase restore --stack {self.stack.name} --key {safety} --no-safety-dump"
                if safety
                else "; no safety dump was made"
            )
            raise PetbaseError(
                f"The restore stopped half-way, so {self.stack.service} may hold a part of the dump only. {why}. "
                f"The dump itself is whole. To repeat it: {self.again}{back}"
            ) from None
