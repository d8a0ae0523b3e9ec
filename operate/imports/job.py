"""The course of an import: the source looked at, agreed to, brought in."""

import time
from dataclasses import dataclass
from typing import Any

from components.dokku import shell
from host.imports.facts import Imported, ImportLook
from host.imports.run import LookAtSource, RunImport
from host.restore.facts import REFUSED
from host.values.json_values import from_json
from operate.core import terminal
from operate.core.errors import PetbaseError, RefusedError
from operate.dumps.make import make_safety_dump
from operate.imports import delivery
from operate.imports.source import Source
from operate.server import program, steps
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Wanted:
    """What was said on the command line of what comes."""

    was: str = "public"
    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    database: str = ""

    def fields(self) -> dict[str, Any]:
        """As fields of the server's commands."""
        return {"was": self.was, "take": self.take, "leave": self.leave, "database": self.database}

    @property
    def words(self) -> list[str]:
        """The options, to repeat them."""
        found = [("--was", self.was if self.was != "public" else ""), ("--database", self.database)]
        found += [("--take", name) for name in self.take] + [("--leave", name) for name in self.leave]
        return [shell.line(option, value) for option, value in found if value]


@dataclass(frozen=True)
class Outcome:
    """How it ended. `steps` are seconds, by what was done; `safety` is the key of the dump made before."""

    imported: Imported
    seconds: float
    steps: list[tuple[str, float]]
    safety: str | None = None


@dataclass(frozen=True)
class Job:
    """One import into an app."""

    stack: Stack
    connection: Connection
    app: str
    source: Source
    wanted: Wanted

    def look(self) -> tuple[str, ImportLook]:
        """A dump's name on the server ("" for a URL), and what is in the source. RefusedError where it cannot come."""
        name = delivery.deliver(self.stack, self.connection, self.source.path) if self.source.path else ""
        command = LookAtSource(self.stack.service, self._schema, name=name, **self.wanted.fields())
        try:
            found = program.call(
                self.stack, self.connection, command, secrets=self.source.secrets, on_step=terminal.note
            )
        except CommandFailedError as problem:
            kind = RefusedError if problem.cause == REFUSED else PetbaseError
            lines = [f"{problem.reason.rstrip('.')}.", *(f"  {line}" for line in problem.tail)]
            raise kind("\n".join(lines)) from None
        look = from_json(ImportLook, found)
        self._require_free(look)
        return name, look

    def run(self, name: str, *, safety_dump: bool) -> Outcome:
        """Import what `look` has seen, once that is agreed to; `name` is the dump's on the server."""
        began = time.monotonic()
        safety = make_safety_dump(self.stack, self.connection, before_restore=True) if safety_dump else None
        command = RunImport(
            self.stack.service, self._schema, name=name, title=self.source.title, **self.wanted.fields()
        )
        done = steps.follow(
            self.stack,
            self.connection,
            command,
            self._again(),
            what="into the database",
            secrets=self.source.secrets,
        )
        imported = from_json(Imported, done.result)
        return Outcome(imported, time.monotonic() - began, done.steps, safety)

    def _again(self) -> str:
        words = ["./petbase import --stack", self.stack.name, self.app, self.source.option, *self.wanted.words]
        return " ".join(filter(None, words))

    @property
    def _schema(self) -> str:
        return self.stack.apps[self.app].schema

    def _require_free(self, look: ImportLook) -> None:
        """RefusedError where a schema would have the name of another app's: that app may not be linked yet."""
        others = {app.schema: name for name, app in self.stack.apps.items() if app.schema != self._schema}
        for source, becomes in look.facts.names.items():
            if becomes in others:
                raise RefusedError(
                    f"The schema {becomes} of the source has the name of the app {others[becomes]}'s, so nothing was "
                    f"changed. To leave it out: {shell.line('--leave', source)}; or rename it in the source."
                )
