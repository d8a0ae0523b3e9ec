"""What Hetzner's API says to a new type for a server that is off, and what becomes of the disk."""

from sandbox.providers.resource import ApiError, World
from sandbox.providers.values import State

from .catalog import SERVER_TYPES
from .project import refusal


def sold_out(world: World, *names: str) -> None:
    """From now on nothing of these types can be had: no new server, and none that is off already and wants it."""
    with world.cloud.change() as content:
        content["sold_out"] = list(names)


def change_type(world: World, server: State, wanted: str, *, keep_disk: bool) -> int:
    """The size of the disk afterwards, in GB. ApiError, in the API's words where they are known, when it is refused."""
    kind = SERVER_TYPES.get(wanted)
    if kind is None:
        raise ApiError(f"server type {wanted} not found")
    if kind["architecture"] != SERVER_TYPES[server["serverType"]]["architecture"]:
        raise refusal("the server type does not fit for the given server", "invalid_server_type")
    if server["location"] not in kind["offered"]:
        raise refusal("unsupported location for server type", "invalid_input")
    if kind["disk"] < server["primaryDiskSize"]:
        raise refusal(
            "cannot change type because the selected server_type has not sufficient disk space", "invalid_server_type"
        )
    if wanted in world.cloud.look().get("sold_out", []):
        raise refusal("the requested resource is currently unavailable", "resource_unavailable")
    return int(server["primaryDiskSize"] if keep_disk else kind["disk"])
