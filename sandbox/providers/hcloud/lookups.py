"""The functions that look into what Hetzner offers."""

from sandbox.providers.resource import ApiError, Function, World
from sandbox.providers.values import Json, State

from .catalog import IMAGES, LOCATIONS, SERVER_TYPES


def get_locations(_world: World, _args: State) -> State:
    """hcloud.getLocations: all of them."""
    return _all(LOCATIONS, "location") | {"locations": list(LOCATIONS.values())}


def get_server_types(_world: World, _args: State) -> State:
    """hcloud.getServerTypes: all of them, with the locations that have them."""
    return _all(SERVER_TYPES, "serverType") | {"serverTypes": [_with_locations(one) for one in SERVER_TYPES.values()]}


def get_image(_world: World, args: State) -> State:
    """hcloud.getImage, by name or id; every image is there for both architectures."""
    for name, image in IMAGES.items():
        if args.get("name") == name or args.get("id") == image["id"]:
            return args | image | {"architecture": args.get("withArchitecture", "x86")}
    raise ApiError(f"resource (image) was not found: {', '.join(f'{key}={args[key]}' for key in args)}")


LOOKUPS: dict[str, Function] = {
    f"hcloud:index/{name}:{name}": function
    for name, function in (
        ("getLocations", get_locations),
        ("getServerTypes", get_server_types),
        ("getImage", get_image),
    )
}


def _all(offered: dict[str, State], word: str) -> State:
    things = list(offered.values())
    return {
        "id": "-".join(str(thing["id"]) for thing in things),
        "names": [thing["name"] for thing in things],
        "descriptions": [thing["description"] for thing in things],
        f"{word}Ids": [str(thing["id"]) for thing in things],
    }


def _with_locations(server_type: State) -> State:
    def place(name: str) -> dict[str, Json]:
        common = {"available": True, "recommended": True, "isDeprecated": False}
        return common | {"id": LOCATIONS[name]["id"], "name": name, "deprecationAnnounced": "", "unavailableAfter": ""}

    rest = {key: value for key, value in server_type.items() if key != "offered"}
    return rest | {"locations": [place(name) for name in server_type["offered"]]}
