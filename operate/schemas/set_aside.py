"""What stays until somebody drops it: databases and schemas that restores set aside, under dated names, and the
services of before an upgrade.
"""

from datetime import UTC, datetime

from host.restore.facts import SetAside, SetAsideList
from host.restore.set_aside import ListSetAside
from host.values.json_values import from_json
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
