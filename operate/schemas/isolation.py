"""An app's way out of `public` and back: which objects are its own, what will move, and the command that moves them."""

from collections.abc import Sequence
from dataclasses import dataclass

from host.core.command import Command
from host.link.isolate import Isolate, UndoIsolate
from host.schema.model import Contents, SchemaObject
from operate.core import terminal
from operate.core.errors import RefusedError
from operate.schemas import listing
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_SUPERUSER = "postgres"


@dataclass(frozen=True)
class Plan:
    """What will move from where to where, the command that does it, and what is printed at the end."""

    source: str
    target: str
    objects: Sequence[SchemaObject]
    command: Command
    done: str
    next: str


@dataclass(frozen=True)
class Move:
    """One app of one stack."""

    stack: Stack
    connection: Connection
    app: str

    def out(self, names: Sequence[str], *, everything: bool) -> Plan:
        """From public into its own schema. RefusedError when it cannot be known, or is not there, or is in the way."""
        schema, link = self.stack.apps[self.app].own_schema, self.stack.apps[self.app].link
        found, there = self._contents("public"), [one.name for one in self._contents(schema).objects]
        chosen: Sequence[str] = ()
        if everything or (not names and self._owns_public(bool(found.objects))):
            moved = found.objects
        else:
            _require_all_of(names, [one.name for one in found.objects], there)
            moved, chosen = tuple(one for one in found.objects if one.name in names), names
        if doubles := sorted({one.name for one in moved} & set(there)):
            raise RefusedError(
                f"The schema {schema} holds {', '.join(doubles)} already, so public's cannot move there."
            )
        if moved:
            self._note_extensions(found)
        command = Isolate(self.app, service=self.stack.service, schema=schema, table=tuple(chosen), **link.fields())
        return Plan(
            source="public",
            target=schema,
            objects=moved,
            command=command,
            done=f"{self.app} lives in the schema {schema}, with its own role.",
            next=f"The stack file should say nothing of its access now: no access: superuser under apps.{self.app}. "
            "Then pulumi up; where it said nothing before: ./petbase doctor --repair, so that the stack knows.\n"
            f"To undo: ./petbase isolate {self.app} --undo --stack {self.stack.name}",
        )

    def back(self) -> Plan:
        """From its own schema to public and the superuser's link."""
        schema, link = self.stack.apps[self.app].own_schema, self.stack.apps[self.app].link
        moved, there = self._contents(schema).objects, {one.name for one in self._contents("public").objects}
        if doubles := sorted({one.name for one in moved} & there):
            raise RefusedError(f"public holds {', '.join(doubles)} already, so those of {schema} cannot move there.")
        return Plan(
            source=schema,
            target="public",
            objects=moved,
            command=UndoIsolate(self.app, service=self.stack.service, schema=schema, **link.fields()),
            done=f"{self.app} has the superuser's link again, and its things lie in public.",
            next=f"The stack file should say so: access: superuser under apps.{self.app}.",
        )

    def run(self, plan: Plan) -> None:
        """Run the command, step by step on stderr. It finishes even when this client disconnects."""
        program.call(self.stack, self.connection, plan.command, on_step=terminal.note)

    def _contents(self, schema: str) -> Contents:
        return listing.contents(self.stack, self.connection, schema)

    def _owns_public(self, filled: bool) -> bool:
        """Whether public is this app's alone. RefusedError when others make things there too."""
        if not filled:
            return True
        users = [link.app for link in listing.links(self.stack, self.connection) if link.role == _SUPERUSER]
        others = [name for name in users if name != self.app]
        if self.app in users and others:
            raise RefusedError(
                f"{', '.join(users)} all have the superuser's link, so it cannot be known which things in public "
                f"belong to {self.app}. Name them: --table NAME, several times, or --all. They are: ./petbase tables"
            )
        return self.app in users

    def _note_extensions(self, public: Contents) -> None:
        if left := sorted(set(public.extensions) - set(self.stack.apps[self.app].link.extensions)):
            terminal.note(
                f"Extensions in public ({', '.join(left)}) stay there, where {self.app} will not look. Those that it "
                f"needs: extensions: [{', '.join(left)}] under apps.{self.app}, and pulumi up, first."
            )


def _require_all_of(names: Sequence[str], here: Sequence[str], there: Sequence[str]) -> None:
    for name in names:
        if name not in here and name not in there:
            raise RefusedError(f'public holds no "{name}"; it holds: {", ".join(here) or "nothing"}.')


def show(plan: Plan) -> None:
    """What will move, on stderr."""
    terminal.note(f"from {plan.source} into {plan.target}, with their indexes, sequences and constraints:")
    grid = terminal.columns("", "name", "rows, about", "size")
    for one in plan.objects:
        table = "table" in one.type
        grid.add_row(one.type, one.name, str(one.rows) if table else "", terminal.size(one.bytes) if table else "")
    terminal.draw(grid, stderr=True)
