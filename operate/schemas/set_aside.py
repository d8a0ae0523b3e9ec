"""What stays until it is dropped by hand: databases and schemas that restores set aside, under dated names, and the
services from before an upgrade.
"""

from datetime import UTC, datetime

from host.restore.facts import SetAside, SetAsideList
from host.restore.set_aside import DropSetAside, ListSetAside
from host.values.json_values import from_json
from operate.core import confirm, terminal
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def fetch(stack: Stack, connection: Connection) -> SetAsideList:
    """Ask the server."""
    return from_json(SetAsideList, program.call(stack, connection, ListSetAside(stack.service)))


def find(found: SetAsideList, name: str) -> SetAside | None:
    """What has that name, or goes back together with it."""
    return next((one for one in found.set_aside if name in (one.name, *one.parts)), None)


def since(one: SetAside) -> datetime:
    """When it was set aside."""
    return datetime.fromisoformat(one.since).replace(tzinfo=UTC)


def drop_folder(stack: Stack, connection: Connection, path: str, *, yes: bool) -> None:
    """Delete files that a restore replaced, after a question. Their snapshots stay."""
    if not yes:
        confirm.type_name(path, "delete it for good", f"In a script: --yes --i-know {path}")
    program.call(stack, connection, DropSetAside(stack.service, path), on_step=terminal.note)
    terminal.result(f"{path} is gone.")
