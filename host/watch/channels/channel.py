"""The channels of a service's health check, as `watch ensure` wrote them down, and what each was told last."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from host.core.host import Host
from host.watch.settings import folder


@dataclass(frozen=True)
class Channel:
    """`kind` is a word of payload.py; `url` is a secret."""

    name: str
    kind: str
    url: str

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.name} ({self.kind})"

    @property
    def key(self) -> str:
        """What the problem of a silent channel concerns."""
        return f"alert {self.name}"


@dataclass(frozen=True)
class Told:
    """`problems` are those that a channel knows of, text by key. `failing`: the last message did not arrive."""

    problems: Mapping[str, str] = field(default_factory=dict)
    failing: bool = False


def write_channels(host: Host, service: str, kinds: Mapping[str, str], urls: Mapping[str, str]) -> None:
    """Write the channels down and forget those that are gone. One with another address is told everything anew."""
    for name in host.state.names(_folder(service)):
        if name not in kinds:
            host.state.remove_all(f"{_folder(service)}/{name}")
    for name, kind in kinds.items():
        if read_channel(host, service, name) != Channel(name, kind, urls[name]):
            host.state.remove(_told(service, name))
            host.state.write(f"{_folder(service)}/{name}/address", kind=kind, url=urls[name])


def read_channels(host: Host, service: str) -> list[Channel]:
    """The channels by name. Their addresses are hidden in all output from here on."""
    found = (read_channel(host, service, name) for name in host.state.names(_folder(service)))
    return [channel for channel in found if channel]


def read_channel(host: Host, service: str, name: str) -> Channel | None:
    """One channel; None where there is none, or where a power cut left nothing of it."""
    found = host.state.read(f"{_folder(service)}/{name}/address")
    if not found:
        return None
    channel = Channel(name, str(found.get("kind")), str(found.get("url")))
    host.out.hide(channel.url)
    return channel


def read_told(host: Host, service: str, name: str) -> Told:
    """What a channel was told."""
    found = host.state.read(_told(service, name)) or {}
    problems = found.get("problems")
    return Told(problems if isinstance(problems, dict) else {}, bool(found.get("failing")))


def write_told(host: Host, service: str, name: str, told: Told) -> None:
    """Write down what a channel was told."""
    host.state.write(_told(service, name), problems=dict(told.problems), failing=told.failing)


def _folder(service: str) -> str:
    return f"{folder(service)}/channels"


def _told(service: str, name: str) -> str:
    return f"{_folder(service)}/{name}/told"
