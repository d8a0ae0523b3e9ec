"""What the check and the drill need to know, as `watch ensure` wrote it down, so that the timers' lines are short."""

from dataclasses import asdict, dataclass, field
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket


@dataclass(frozen=True)
class WatchSettings:
    """Which bucket, and when a dump or a drill is late. `max_age` is seconds; `drill` a word of limits.py.

    `paths` are those that apps declare to be asked for. `found`: the dumps are somebody else's work, and the bucket is
    only listed. What else is declared, and so must have its files here: `copies` to a second store, `files` of apps,
    `alarm`, a dead man's switch, and `channels` by name. `hardened`: the server is to be as docs/server.md says.
    `keep_days`: the bucket's rules delete no dump before, 0 where they are not Petbase's.
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
    copies: bool = False
    files: bool = False
    alarm: bool = False
    channels: tuple[str, ...] = ()
    hardened: bool = False
    keep_days: int = 0

    def open(self, host: Host, service: str) -> Bucket:
        """The bucket, with the service's own credentials."""
        return Bucket(host, service, self.bucket, self.prefix, self.endpoint)


UNREADABLE = WatchSettings("", "", "", "", 0, "never")
"""In place of a file that is gone or damaged: then the server and its apps are looked at all the same."""


def folder(service: str) -> str:
    """Where the state of a service's watch is."""
    return f"services/{service}/watch"


def write_settings(host: Host, service: str, settings: WatchSettings) -> None:
    """Write them down."""
    host.state.write(f"{folder(service)}/settings", **asdict(settings))


def find_settings(host: Host, service: str) -> WatchSettings | None:
    """The settings; None where nothing watches the service's dumps, UNREADABLE where their file alone is gone."""
    if not host.state.names(folder(service)):
        return None
    return host.state.load(WatchSettings, f"{folder(service)}/settings") or UNREADABLE


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
    return host.state.no_settings(f"{folder(service)}/settings", "no dump is checked")


def moment(host: Host, service: str, name: str) -> int:
    """When something was, by the state of that name (since, drilled), in seconds of the epoch.

    0 where a power cut left nothing of it, or where a clock that ran ahead wrote one that is yet to come: neither makes
    up for a dump.
    """
    found: dict[str, Any] = host.state.read(f"{folder(service)}/{name}") or {}
    at = found.get("at", 0)
    return at if isinstance(at, int) and at <= host.now() else 0
