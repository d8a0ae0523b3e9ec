"""Which ports of a server answer from here: what should, and what must not."""

import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from operate.stack import stack_files
from operate.stack.outputs import Stack

_SECONDS = 4.0
HTTP, HTTPS, POSTGRESQL = 80, 443, 5432


@dataclass(frozen=True)
class PortProbe:
    """A port by the number that it has on a real server, and where it is reached."""

    number: int
    address: str
    port: int


def of(stack: Stack) -> list[PortProbe]:
    """The doors of a stack's server. The sandbox's web is on loopback, by ports that an ordinary user may have."""
    web = {HTTP: (stack.server.address, HTTP), HTTPS: (stack.server.address, HTTPS)}
    if stack.name == stack_files.SANDBOX:
        from sandbox.host.machine import Machine

        found = [one for one in Machine.all(stack_files.sandbox_root()) if one.address == stack.server.address]
        web = {
            number: ("127.0.0.1", int(one.settings[f"{name}_port"]))
            for one in found
            for number, name in ((HTTP, "http"), (HTTPS, "https"))
        }
    doors = {stack.server.port: (stack.server.address, stack.server.port), **web}
    doors[POSTGRESQL] = (stack.server.address, POSTGRESQL)
    return [PortProbe(number, *where) for number, where in doors.items()]


def answering(doors: Sequence[PortProbe]) -> Mapping[PortProbe, bool]:
    """Whether each takes a connection. A firewall that drops costs four seconds, for all together."""
    with ThreadPoolExecutor(len(doors) or 1) as pool:
        return dict(zip(doors, pool.map(_answers, doors), strict=True))


def _answers(door: PortProbe) -> bool:
    try:
        with socket.create_connection((door.address, door.port), timeout=_SECONDS):
            return True
    except OSError:
        return False
