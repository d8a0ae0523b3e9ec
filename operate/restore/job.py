"""The course of a restore: the dump to the server, looked at, agreed to, brought in."""

import time
from dataclasses import dataclass

from components.dokku import shell, verbs
from operate.core import confirm, terminal, times
from operate.core.errors import RefusedError
from operate.dumps import dumps
from operate.dumps.dumps import Source
from operate.dumps.safety_dump import make_safety_dump
from operate.dumps.store import Store
from operate.restore import delivery
from operate.restore import report as restore_report
from operate.restore.delivery import Delivered
from operate.restore.request import Choice
from operate.restore.script_progress import Done, Outcome, Restore, follow
from operate.schemas import set_aside
from operate.server import query
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
        with Store(self.stack) as store:
            delivered = self._delivered(store)
        source = delivered.source
        job = Restore(self.stack, self.connection, delivered.name, source.name, self._again(source))
        schemas = job.schemas()
        self._check_schemas(source, schemas)
        tables = query.tables(self.connection, self.stack.service)
        restore_report.shown(self.stack, self.choice, source, schemas, tables)
        safety = self._agreed()
        done = self._run(job)
        if delivered.download:
            delivered.download.unlink()
        return Outcome(source.name, done, schemas, time.monotonic() - began, safety, source)

    def back(self) -> Outcome:
        """What a restore put aside, in its place again."""
        began, name = time.monotonic(), str(self.choice.kept)
        found = {one.name: one for one in set_aside.aside(set_aside.fetch(self.connection, self.stack.service))}
        if name not in found:
            known = ", ".join(f'"{one}"' for one in found) or "nothing"
            raise RefusedError(f'No restore put "{name}" aside; there is: {known}.')
        one = found[name]
        restore_report.shown_back(self.stack, one)
        safety = self._agreed(one.of if one.kind == "schema" else self.stack.service)
        owner = f"petbase/{self.stack.name}"
        script = verbs.back(owner, self.stack.service, one.kind, name, one.of)
        again = f"./petbase restore --stack {self.stack.name} {shell.line('--kept', name)}"
        done = follow(self.stack, self.connection, script, again)
        return Outcome(name, done, [], time.monotonic() - began, safety)

    def _delivered(self, store: Store) -> Delivered:
        if self.choice.file:
            return delivery.file(self.stack, self.connection, self.choice.file)
        if self.choice.at:
            found = dumps.newest(store, self.choice.at)
            terminal.note(f"at {times.with_local_time(self.choice.at)} the newest was {found.key}")
        else:
            found = store.find(self.choice.key)
        return delivery.dump(self.stack, self.connection, store, found)

    def _again(self, source: Source) -> str:
        return " ".join(["./petbase restore --stack", self.stack.name, source.option, *self.choice.place])

    def _check_schemas(self, source: Source, schemas: list[str]) -> None:
        """RefusedError when the dump does not know the schema that is asked for; an older name may be in it."""
        if not self.choice.app:
            return
        own = self.stack.apps[self.choice.app].schema
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
        return make_safety_dump(self.stack, self.connection, before_restore=True) if self.safety_dump else None

    def _run(self, job: Restore) -> Done:
        if self.choice.into:
            return job.aside(self.choice.into)
        if self.choice.app:
            schema = self.stack.apps[self.choice.app].schema
            return job.app(schema, self.choice.was or schema)
        return job.all()
