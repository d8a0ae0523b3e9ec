"""A hostile app `fruits` beside its neighbour `notes`, in a real PostgreSQL: what it hides, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from host.core.command import Command
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.postgres.roles import AppRole, ensure_role
from host.programs.runner import Answer
from tests.host.container import SERVICE, Container
from tests.host.link.answers import LINKED, LINKS
from tests.host.recorder import RecordedRunner
from tests.host.scratch.loaded import MIGHTY
from tests.hostile import state
from tests.hostile.traps.functions import Run, functions, runs

SECRET = "a secret of notes"
_NEIGHBOUR = f"""
CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text UNIQUE);
INSERT INTO notes (body) VALUES ('{SECRET}');
CREATE FUNCTION total() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT count(*) FROM notes.notes';
REVOKE EXECUTE ON FUNCTION total() FROM PUBLIC;
CREATE VIEW shown AS SELECT id FROM notes;
"""
_BY_HAND = '''
CREATE ROLE auditor NOLOGIN;
CREATE ROLE "a guest's ""role""";
GRANT USAGE ON SCHEMA notes TO auditor;
GRANT SELECT ON notes.shown TO auditor;
GRANT EXECUTE ON FUNCTION notes.total() TO auditor;
'''


@dataclass
class _WithDokku:
    """A Runner: programs in the container are real, the others are recorded."""

    container: Container
    recorded: RecordedRunner

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        real = list(words[:2]) == ["docker", "exec"]
        return (self.container.runner if real else self.recorded).run(words, stdin=stdin, env=env)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.container.runner, name)


@dataclass
class Hostile:
    """The two apps in a container. `made` are the places that PostgreSQL let it make, `refused` those it did not."""

    container: Container
    escape: Path
    made: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    _log_begin: int = 0

    @classmethod
    def of(cls, container: Container, folder: Path) -> "Hostile":
        """Both apps as links make them, with the functions that hiding places call."""
        found = cls(container, folder / "escaped")
        psql = Psql(container.host, SERVICE)
        for app in ("notes", "fruits"):
            ensure_role(psql, AppRole(app, app, "c0ffee"))
        restore_owners(psql)
        container.sql(_NEIGHBOUR, role="notes")
        container.sql(_BY_HAND)
        container.sql(functions(found.escape), role="fruits")
        return found

    def hide(self, places: Iterable[tuple[str, str]]) -> None:
        """Make places as the app, over one session; each is whole or not there."""
        with self._session() as session:
            for name, sql in places:
                try:
                    with session.transaction():
                        session.execute(sql.encode())
                    self.made[name] = sql
                except psycopg.Error as problem:
                    self.refused[name] = str(problem).splitlines()[0]

    def set(self, settings: Iterable[tuple[str, str]]) -> None:
        """The same for settings, which count from its next session on: it makes them in one that has none of them."""
        with self._session() as session:
            for name, sql in settings:
                try:
                    session.execute(sql.encode())
                    self.made[name] = sql
                except psycopg.Error as problem:
                    self.refused[name] = str(problem).splitlines()[0]

    def try_directly(self, statements: Iterable[str]) -> int:
        """Each as the app itself; how many were refused."""
        refused = 0
        with self._session() as session:
            for statement in statements:
                try:
                    session.execute(statement.replace("{escape}", f"{self.escape}0").encode())
                except psycopg.Error:
                    refused += 1
        return refused

    def run(self, command: Command, *, linked: bool = True) -> None:
        """A command that speaks to Dokku too, which is recorded."""
        runner = _WithDokku(self.container, RecordedRunner(dict(LINKED if linked else {**LINKED, LINKS: ""})))
        command.run(replace(self.container.host, runner=runner))

    def begin(self) -> dict[str, list[str]]:
        self._log_begin = len(self._log())
        return state.whole(self.container)

    def escapes(self, before: dict[str, list[str]], *ignored: str) -> list[str]:
        """What anybody else lost or the app gained since `begin`: what is not as it was, but lines that begin so."""
        found = [f"{run.place} ran as {run.session}, {run.role}" for run in self.runs() if run.mighty]
        found += [f"{run.place} saw the neighbour's table as {run.role}" for run in self.runs() if run.sees]
        found += [f"a file: {path}" for path in self.escape.parent.glob("escaped*")]
        found += [f"a file: {path}" for path in Path().glob("petbase-escaped*")]
        found += [f"a role with rights: {name}" for (name,) in self.container.sql(MIGHTY)]
        return found + state.differences(before, state.whole(self.container), ignored)

    def runs(self) -> list[Run]:
        """The places that ran since `begin`."""
        return runs(self._log()[self._log_begin :])

    def _log(self) -> str:
        return (self.container.server.sockets / "log").read_text(errors="replace")

    def _session(self) -> psycopg.Connection[tuple[object, ...]]:
        server = self.container.server
        where = f"host={server.sockets} port={server.port} user=fruits dbname={SERVICE}"
        return psycopg.connect(where, autocommit=True)
