"""An app's way out of `public` and back: whose things they are, what will move, and the script that moves them."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.dokku import verbs
from components.dokku.shell import Script
from operate.core import terminal
from operate.core.errors import RefusedError
from operate.schemas import rooms
from operate.schemas.objects import SchemaObject, extensions, superusers, things
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Plan:
    """What will move from where to where, the script for it, and what is said at the end."""

    source: str
    target: str
    things: Sequence[SchemaObject]
    script: Script
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
        service, schema = self.stack.service, self.stack.apps[self.app].own_schema
        found = things(self.connection, service, "public")
        there = [thing.name for thing in things(self.connection, service, schema)]
        if everything or (not names and self._owns_public(bool(found))):
            moved, chosen = found, None
        else:
            _require_all_of(names, [thing.name for thing in found], there)
            moved, chosen = [thing for thing in found if thing.name in names], names
        if doubles := sorted({thing.name for thing in moved} & set(there)):
            raise RefusedError(
                f"The schema {schema} holds {', '.join(doubles)} already, so public's cannot move there."
            )
        if moved:
            self._note_extensions()
        stack = f"petbase/{self.stack.name}"
        return Plan(
            source="public",
            target=schema,
            things=moved,
            script=verbs.isolate(stack, service, self.app, schema, chosen, rights=self.stack.apps[self.app].rights),
            done=f"{self.app} lives in the schema {schema}, with a role of its own.",
            next=f"The stack file should say nothing of its access now: no access: superuser under apps.{self.app}. "
            "Then pulumi up; where it said nothing before: ./petbase doctor --repair, so that the stack knows.\n"
            f"To undo: ./petbase isolate {self.app} --undo --stack {self.stack.name}",
        )

    def back(self) -> Plan:
        """From its own schema to public and the superuser's link."""
        service, schema = self.stack.service, self.stack.apps[self.app].own_schema
        moved = things(self.connection, service, schema)
        there = {thing.name for thing in things(self.connection, service, "public")}
        if doubles := sorted({thing.name for thing in moved} & there):
            raise RefusedError(f"public holds {', '.join(doubles)} already, so those of {schema} cannot move there.")
        return Plan(
            source=schema,
            target="public",
            things=moved,
            script=verbs.isolate_undo(f"petbase/{self.stack.name}", service, self.app, schema),
            done=f"{self.app} has the superuser's link again, and its things lie in public.",
            next=f"The stack file should say so: access: superuser under apps.{self.app}.",
        )

    def run(self, plan: Plan) -> str:
        """Send the script; what it said. It ends even when this client goes."""
        return self.connection.send(f"moving {self.app}", plan.script)

    def _owns_public(self, filled: bool) -> bool:
        """Whether public is this app's alone. RefusedError when others make things there too."""
        if not filled:
            return True
        users = superusers(self.connection, rooms.linked(self.connection, self.stack.service))
        others = [name for name in users if name != self.app]
        if self.app in users and others:
            raise RefusedError(
                f"{', '.join(users)} all have the superuser's link, so it cannot be known which things in public "
                f"belong to {self.app}. Name them: --table NAME, several times, or --all. They are: ./petbase tables"
            )
        return self.app in users

    def _note_extensions(self) -> None:
        found = set(extensions(self.connection, self.stack.service, "public"))
        if left := sorted(found - set(self.stack.apps[self.app].rights.extensions)):
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
    from rich.table import Table

    terminal.note(f"from {plan.source} into {plan.target}, with their indexes, sequences and constraints:")
    grid = Table("", "name", "rows, about", "size", box=None, padding=(0, 3, 0, 0))
    for thing in plan.things:
        table = "table" in thing.kind
        grid.add_row(
            thing.kind, thing.name, str(thing.rows) if table else "", terminal.size(thing.size) if table else ""
        )
    terminal.draw(grid, stderr=True)
