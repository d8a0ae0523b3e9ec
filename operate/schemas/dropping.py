"""Which leftover data a name means, what is deleted with it, and the deletion."""

import shlex

from host.bucket.record import AppBucket
from host.core.command import Command
from host.link.drop_data import DropData
from host.restore.facts import SetAside, SetAsideList
from host.restore.set_aside import DropSetAside
from host.schema.model import LeftOver
from operate.core import confirm, terminal, times
from operate.core.errors import RefusedError
from operate.dumps.make import make_safety_dump
from operate.files import kept
from operate.schemas import listing
from operate.schemas.set_aside import since
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def bucket_of_no_app(stack: Stack, connection: Connection, name: str) -> AppBucket | None:
    """The bucket of that name whose app was removed; a schema of the same name comes first."""
    users = [app for app, one in stack.buckets.items() if one.name == name]
    if users:
        raise RefusedError(
            f"{name} is the bucket of {users[0]}, so its files are in use; nothing was dropped. First take it out of "
            "the stack file and run pulumi up."
        )
    found = next((one for one in kept.buckets(stack, connection) if one.name == name), None)
    if found and name in (one.role for one in listing.schemas(stack, connection).left_over):
        return None
    return found


def left_over(stack: Stack, connection: Connection, seen: SetAsideList, app: str) -> LeftOver:
    """What was kept of an app that went. RefusedError for data in use, and for what nothing was kept of."""
    there = listing.schemas(stack, connection)
    found = {one.role: one for one in there.left_over}
    if app in found:
        return found[app]
    if app in there.linked:
        raise RefusedError(f"{app} is linked to {stack.service}, so its data is in use; nothing was dropped.")
    for schema in there.schemas:
        if app in (schema.name, *schema.users) and schema.users:
            raise RefusedError(f"{' and '.join(schema.users)} uses the schema {schema.name}; nothing was dropped.")
    if app in (old.name for old in seen.old_services):
        raise RefusedError(
            f"{app} is a separate service with the data from before an upgrade; nothing was dropped. "
            f"If you no longer need it: ./petbase upgrade-database --drop-old --stack {stack.name}"
        )
    buckets = [one.name for one in kept.buckets(stack, connection)]
    names = [*found, *(one.name for one in seen.set_aside), *(one.path for one in seen.folders), *buckets]
    raise RefusedError(f'Nothing was kept of "{app}"; kept were: {", ".join(names) or "none"}.')


def drop(
    stack: Stack, connection: Connection, name: str, found: SetAside | LeftOver, *, yes: bool, safety_dump: bool
) -> None:
    """Show what is deleted, ask, make a dump where it can hold that, and delete it."""
    command: Command
    if isinstance(found, SetAside):
        what, command = _aside(found), DropSetAside(stack.service, name)
    else:
        what, command = _rows(found), DropData(name, service=stack.service)
    terminal.note(f"{stack.service} on {stack.name} loses {what}")
    if in_no_dump := isinstance(found, SetAside) and found.kind == "database":
        terminal.note("No dump holds it: dumps are of the live database.")
    if not yes:
        confirm.type_name(name, "drop it for good", f"In a script: --yes --i-know {shlex.quote(name)}")
    key = make_safety_dump(stack, connection) if safety_dump and not in_no_dump else None
    program.call(stack, connection, command, on_step=terminal.note)
    terminal.result(f"The data of {name} is gone.")
    if key:
        terminal.note(f"It is still in the dump {key}, until that expires.")


def _aside(one: SetAside) -> str:
    return f"{', '.join(one.parts)}, {terminal.size(one.bytes)}, of {times.with_local_time(since(one))}"


def _rows(one: LeftOver) -> str:
    if not one.schemas:
        return f"the role {one.role}"
    schemas = f"the schema{'s' if len(one.schemas) > 1 else ''} {', '.join(one.schemas)}"
    return (
        f"{schemas} with {terminal.counted(one.tables, 'table')}, {terminal.size(one.bytes)}, and the role {one.role}"
    )
