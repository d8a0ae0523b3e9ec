"""The course of a restore: the dump to the server, looked at, agreed to, brought in."""

import time
from dataclasses import dataclass

from components.dokku import shell
from host.placing.restored import Restored
from host.restore.facts import REFUSED, DumpContents
from host.restore.look import LookAtDump
from host.restore.run import PutBack, RunRestore
from host.values.json_values import from_json
from operate.core import confirm, terminal, times
from operate.core.errors import PetbaseError, RefusedError
from operate.dumps.archive import ArchiveError
from operate.dumps.make import make_safety_dump
from operate.dumps.source import Source, newest
from operate.dumps.store import Store
from operate.restore import delivery
from operate.restore import report as restore_report
from operate.restore.delivery import Delivered
from operate.restore.outcome import Outcome
from operate.restore.request import Choice
from operate.schemas import set_aside
from operate.server import program, steps
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Job:
    """One restore. `safety_dump`: the live data goes to the bucket before it is replaced."""

    stack: Stack
    connection: Connection
    choice: Choice
    yes: bool
    safety_dump: bool

    def dump(self) -> Outcome:
        """A dump into its place. Nothing is touched before a person, or --yes, agrees."""
        began = time.monotonic()
        with Store(self.stack.at_copy() if self.choice.copy else self.stack) as store:
            delivered = self._delivered(store)
        source = delivered.source
        contents = self._contents(delivered.name)
        self._check_schemas(source, contents)
        restore_report.shown(self.stack, self.choice, source, contents)
        safety = self._agreed()
        command = RunRestore(self.stack.service, delivered.name, dump=source.name, **self._place())
        done = steps.follow(self.stack, self.connection, command, self._again(source), what="into the database")
        if delivered.download:
            delivered.download.unlink()
        restored = from_json(Restored, done.result)
        seconds = time.monotonic() - began
        return Outcome(source.name, restored, list(contents.schemas), seconds, done.steps, safety, source)

    def back(self) -> Outcome:
        """What a restore set aside, in its place again."""
        began, name = time.monotonic(), str(self.choice.kept)
        found = set_aside.fetch(self.stack, self.connection)
        one = set_aside.find(found, name)
        if one is None:
            known = ", ".join(f'"{one.name}"' for one in found.set_aside) or "nothing"
            raise RefusedError(f'No restore put "{name}" aside; there is: {known}.')
        restore_report.shown_back(self.stack, one)
        safety = self._agreed(one.of if one.kind == "schema" else self.stack.service)
        again = f"./petbase restore --stack {self.stack.name} {shell.line('--kept', name)}"
        command = PutBack(self.stack.service, one.name)
        done = steps.follow(self.stack, self.connection, command, again, what="taken along")
        restored = from_json(Restored, done.result)
        return Outcome(name, restored, [], time.monotonic() - began, done.steps, safety)

    def _delivered(self, store: Store) -> Delivered:
        if self.choice.file:
            return delivery.file(self.stack, self.connection, self.choice.file)
        if self.choice.at:
            found = newest(store, self.choice.at)
            terminal.note(f"at {times.with_local_time(self.choice.at)} the newest was {found.key}")
        else:
            found = store.find(self.choice.key)
        return delivery.dump(self.stack, self.connection, store, found)

    def _contents(self, name: str) -> DumpContents:
        """What the dump holds. ArchiveError when it cannot be read, RefusedError when it may not come."""
        try:
            found = program.call(self.stack, self.connection, LookAtDump(self.stack.service, name))
        except CommandFailedError as problem:
            kind = RefusedError if problem.cause == REFUSED else ArchiveError
            raise kind(f"{problem.reason.rstrip('.')}.") from None
        return from_json(DumpContents, found)

    def _again(self, source: Source) -> str:
        return " ".join(["./petbase restore --stack", self.stack.name, source.option, *self.choice.place])

    def _check_schemas(self, source: Source, contents: DumpContents) -> None:
        """RefusedError when the dump does not know the schema that is asked for; an older name may be in it."""
        if not self.choice.app:
            return
        own, schemas = self.stack.apps[self.choice.app].schema, contents.schemas
        wanted = self.choice.was or own
        if wanted not in schemas:
            raise RefusedError(
                f"The dump {source.name} holds no schema {wanted}; it holds: {', '.join(schemas) or 'none'}. If the "
                f"app had another name then: --app {self.choice.app} --was NAME"
            )
        if wanted != own and own in schemas:
            raise RefusedError(f"The dump {source.name} holds {wanted} and {own}, so the one cannot become the other.")

    def _agreed(self, name: str | None = None) -> str | None:
        """The safety dump's key, if one was made. RefusedError when a person does not agree."""
        if self.choice.into:
            return None
        name = name or self.choice.app or self.stack.service
        if not self.yes:
            confirm.type_name(name, "overwrite it", "In a script: --yes")
        return self._safety_dump() if self.safety_dump else None

    def _safety_dump(self) -> str:
        """It goes to the first store, which may be gone when a dump comes from the second."""
        try:
            return make_safety_dump(self.stack, self.connection, before_restore=True)
        except PetbaseError as problem:
            if not self.choice.copy:
                raise
            raise PetbaseError(
                f"The safety dump was not made: {problem} Nothing was changed. --no-safety-dump continues without it; "
                "the live data is kept on the server either way."
            ) from None

    def _place(self) -> dict[str, str]:
        if self.choice.into:
            return {"into": self.choice.into}
        if self.choice.app:
            return {"schema": self.stack.apps[self.choice.app].schema, "was": self.choice.was or ""}
        return {}
