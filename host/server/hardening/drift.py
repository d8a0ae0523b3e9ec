"""How a hardened server differs now: by what is in effect, and not only by its files."""

from collections.abc import Iterator
from dataclasses import dataclass

from host.core import files
from host.core.errors import HostError
from host.core.host import Host
from host.server import apt
from host.server.hardening import docker, metadata, sshd
from host.server.hardening.steps import other_zone
from host.server.hardening.texts import DOCKER, JOURNAL, METADATA, METADATA_UNIT, SSHD, UPDATES, UPDATES_PACKAGE
from host.server.machine import has_systemd

FILE, BROKEN, SETTING, PACKAGE, METADATA_REACHED, LIVE_RESTORE, ZONE = (
    "file",
    "broken",
    "sshd",
    "package",
    "metadata",
    "docker",
    "zone",
)
_SAYS = {
    FILE: "{name} is not as it was written",
    BROKEN: "{name} refuses its configuration: {present}",
    SETTING: "sshd has {name} {shown}, not {wanted}",
    PACKAGE: "{name} is not installed, so no security update comes by itself",
    METADATA_REACHED: "containers reach the metadata address, which tells the server's host key",
    LIVE_RESTORE: "Docker runs without live-restore: its next restart stops every container",
    ZONE: "the server's time zone is {shown}, by which cron runs schedules that are in UTC",
}


@dataclass(frozen=True)
class Drift:
    """`what` was lost:

    FILE              `name` is not as it was written
    BROKEN            `name` (sshd or Docker) refuses a file of somebody else's; `present` is its reason, with the file
    SETTING           sshd's `name` is `present` ("" if unknown), not `wanted`
    PACKAGE           `name` is not installed
    METADATA_REACHED  containers reach the metadata address
    LIVE_RESTORE      Docker runs without it
    ZONE              the time zone is `present`
    """

    what: str
    name: str = ""
    present: str = ""
    wanted: str = ""

    @property
    def says(self) -> str:
        """The same in a sentence."""
        return _SAYS[self.what].format(**vars(self), shown=self.present or "unknown")


def drift(host: Host) -> list[Drift] | None:
    """Everything that differs from what harden() makes; None on a server without systemd, which is not hardened."""
    if not has_systemd(host):
        return None
    return [*_files(host), *_sshd(host), *_metadata(host), *_updates(host), *_docker(host), *_zone(host)]


def _files(host: Host) -> Iterator[Drift]:
    for file in (SSHD, UPDATES, METADATA, METADATA_UNIT, JOURNAL):
        if files.read(host.path(file.path)) != file.text:
            yield Drift(FILE, file.path)


def _sshd(host: Host) -> Iterator[Drift]:
    problem = sshd.problem_of_configuration(host)
    if problem:
        yield Drift(BROKEN, "sshd", problem)
        return
    found = sshd.effective(host)
    for name, wanted in sshd.wanted().items():
        if found.get(name) != wanted:
            yield Drift(SETTING, name, found.get(name, ""), wanted)


def _metadata(host: Host) -> Iterator[Drift]:
    if not metadata.in_force(host):
        yield Drift(METADATA_REACHED)


def _updates(host: Host) -> Iterator[Drift]:
    if not apt.is_installed(host, UPDATES_PACKAGE):
        yield Drift(PACKAGE, UPDATES_PACKAGE)


def _docker(host: Host) -> Iterator[Drift]:
    if docker.why_left_alone(host):
        return
    try:
        settings = docker.current_settings(host)
    except HostError as problem:
        yield Drift(BROKEN, "Docker", str(problem))
    else:
        if docker.merged(settings) != settings:
            yield Drift(FILE, DOCKER.path)
    if docker.info(host, "LiveRestoreEnabled") != "true":
        yield Drift(LIVE_RESTORE)


def _zone(host: Host) -> Iterator[Drift]:
    if zone := other_zone(host):
        yield Drift(ZONE, present=zone)
