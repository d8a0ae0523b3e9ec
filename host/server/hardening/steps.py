"""Harden the server: every step, whatever the one before it met."""

from __future__ import annotations

from host.core.errors import HostError
from host.core.host import Host
from host.server.hardening import clock, docker, journal, metadata, sshd, updates
from host.system.memory import has_systemd

# What keeps containers running comes first, what may lock somebody out last.
_STEPS = (docker.harden, metadata.harden, journal.harden, clock.harden, updates.harden, sshd.harden)


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
