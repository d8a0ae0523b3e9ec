"""What the check and the drill need to know, as `watch ensure` wrote it down, so that the timers' lines are short."""

from dataclasses import asdict, dataclass, field
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket
from host.values.json_values import JsonError, from_json


@dataclass(frozen=True)
class WatchSettings:
    """Which bucket, and when a dump or a drill is late. `max_age` is seconds; `drill` a word of limits.py.

    `paths` are those that apps declare to be asked for. `found`: the dumps are somebody else's work, and the bucket is
    only listed.
    """

    bucket: str
    prefix: str
    endpoint: str
    schedule: str
    max_age: int
    drill: str
    paused: bool = False
    paths: dict[str, str] = field(default_factory=dict)
    found: bool = False

    def open(self, host: Host, service: str) -> Bucket:
        """The bucket, with the service's own credentials."""
        return Bucket(host, service, self.bucket, self.prefix, self.endpoint)


UNREADABLE = WatchSettings("", "", "", "", 0, "never")
"""In place of a file that a full disk or a person broke: then the server and its apps are looked at all the same."""
_LATER_FIELDS = {"paused": False, "paths": {}, "found": False}
"""What earlier releases did not write."""


def folder(service: str) -> str:
    """Where the state of a service's watch is."""
    return f"services/{service}/watch"


def write_settings(host: Host, service: str, settings: WatchSettings) -> None:
    """Write them down."""
    host.state.write(f"{folder(service)}/settings", **asdict(settings))


def find_settings(host: Host, service: str) -> WatchSettings | None:
    """The settings; None where nothing watches the service's dumps, UNREADABLE where the file holds none."""
    name = f"{folder(service)}/settings"
    if not host.state.exists(name):
        return None
    try:
        return from_json(WatchSettings, {**_LATER_FIELDS, **(host.state.read(name) or {})}, "settings")
    except JsonError:
        return UNREADABLE


def read_settings(host: Host, service: str) -> WatchSettings:
    """The settings. HostError where nothing watches the service's dumps yet."""
    found = find_settings(host, service)
    if found is None:
        raise HostError(f"nothing looks after the dumps of {service} on this server yet. Run: pulumi up")
    if found == UNREADABLE:
        raise HostError(unreadable(host, service))
    return found


def unreadable(host: Host, service: str) -> str:
    """What is wrong, and the way out."""
    where = f"{host.state.folder}/{folder(service)}/settings.json"
    return f"{where} holds no settings, so no dump is checked. Raise generation in the stack file and run pulumi up"


def moment(host: Host, service: str, name: str) -> int:
    """When something was, by the state of that name (since, drilled), in seconds of the epoch.

    0 where a power cut left nothing of it, or where a clock that ran ahead wrote one that is yet to come: neither makes
    up for a dump.
    """
    found: dict[str, Any] = host.state.read(f"{folder(service)}/{name}") or {}
    at = found.get("at", 0)
    return at if isinstance(at, int) and at <= host.now() else 0
