"""What the check and the drill need to know, as `watch ensure` wrote it down, so that the timers' lines are short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.bucket import Bucket


@dataclass(frozen=True)
class WatchSettings:
    """Which bucket, and when a dump or a drill is late. `max_age` is seconds; `drill` a word of intervals.py.

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
    paths: Mapping[str, str] = field(default_factory=dict)
    found: bool = False

    def open(self, host: Host, service: str) -> Bucket:
        """The bucket, with the service's own credentials."""
        return Bucket(host, service, self.bucket, self.prefix, self.endpoint)


def folder(service: str) -> str:
    """Where the state of a service's watch is."""
    return f"services/{service}/watch"


def write_settings(host: Host, service: str, settings: WatchSettings) -> None:
    """Write them down."""
    host.state.write(f"{folder(service)}/settings", **asdict(settings))


def find_settings(host: Host, service: str) -> WatchSettings | None:
    """The settings; None where nothing watches the service's dumps."""
    found = host.state.read(f"{folder(service)}/settings")
    return WatchSettings(**found) if found else None


def read_settings(host: Host, service: str) -> WatchSettings:
    """The settings. HostError where nothing watches the service's dumps yet."""
    found = find_settings(host, service)
    if found is None:
        raise HostError(f"nothing looks after the dumps of {service} on this server yet. Run: pulumi up")
    return found


def moment(host: Host, service: str, name: str) -> int:
    """When something was, by the state of that name (since, drilled), in seconds of the epoch.

    0 where a power cut left nothing of it, or where a clock that ran ahead wrote one that is yet to come: neither makes
    up for a dump.
    """
    found: dict[str, Any] = host.state.read(f"{folder(service)}/{name}") or {}
    at = found.get("at", 0)
    return at if isinstance(at, int) and at <= host.now() else 0
