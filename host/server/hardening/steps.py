"""Harden the server: every step, whatever the one before it met. The longer ones have a file each."""

from host.core import files
from host.core.errors import HostError
from host.core.host import Host
from host.server import apt
from host.server.config_file import is_owed, owe, put, settle
from host.server.hardening import docker, metadata, sshd
from host.server.hardening.texts import JOURNAL, UPDATES, UPDATES_PACKAGE
from host.server.machine import has_systemd

_ZONE = "Etc/UTC"


def harden(host: Host) -> None:
    """Converge: nothing is written or reloaded where all is as it should be.

    A file of somebody else's that is broken stops its own step and no other. HostError at the end, with a sentence for
    each step that could not be done.
    """
    if not has_systemd(host):
        host.step("no systemd runs this server, so it is not hardened")
        return
    problems: list[HostError] = []
    for step in _STEPS:
        try:
            step(host)
        except HostError as problem:
            problems.append(problem)
    if problems:
        raise HostError("\n".join(map(str, problems)), "\n".join(problem.tail for problem in problems))


def _journal(host: Host) -> None:
    """The journal has a limit."""
    put(host, JOURNAL, "journal")
    if is_owed(host, "journal"):
        host.step("the journal has a limit")
        host.run("systemctl", "restart", "systemd-journald")
        settle(host, "journal")


def _clock(host: Host) -> None:
    """The time zone is UTC: schedules are in it, and cron reads the zone only when it starts."""
    link = host.path("/etc/localtime")
    if other_zone(host):
        host.step("the clock shows UTC")
        owe(host, "clock")
        beside = link.with_name("localtime+")
        beside.unlink(missing_ok=True)
        beside.symlink_to(f"/usr/share/zoneinfo/{_ZONE}")
        beside.rename(link)
    if is_owed(host, "clock"):
        files.write(host.path("/etc/timezone"), f"{_ZONE}\n")
        host.run("systemctl", "try-restart", "cron")
        settle(host, "clock")


def other_zone(host: Host) -> str:
    """The time zone where it is not UTC, "" where it is. Any zone file called UTC will do."""
    link = host.path("/etc/localtime")
    name = link.readlink().name if link.is_symlink() else "unknown"
    return "" if name == "UTC" else name


def _updates(host: Host) -> None:
    """Security updates are installed without anybody, by settings that are read at each run; Docker and Dokku are not
    among them.
    """
    apt.ensure(host, UPDATES_PACKAGE)
    put(host, UPDATES, "updates")
    if is_owed(host, "updates"):
        host.step("security updates come by themselves; Docker and Dokku by the stack file")
        settle(host, "updates")


# What keeps containers running comes first, what may lock somebody out last.
_STEPS = (docker.harden, metadata.harden, _journal, _clock, _updates, sshd.harden)
