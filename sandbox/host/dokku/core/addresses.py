"""Which loopback address a service or an app's process has: the host's own 127.A.B.0/24, numbered as they come."""

import socket

from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import HOSTS, MACHINE, SANDBOX

_TAKEN = SANDBOX / "addresses.json"
_FIRST = {"service": 11, "app": 101}
_LAST = {"service": 99, "app": 249}


def of(kind: str, name: str) -> str:
    """The address of a `service` or an `app` process; the first free number when it has none yet."""
    with files.changed_json(_TAKEN) as taken:
        ours: dict[str, int] = taken.setdefault(kind, {})
        if name not in ours:
            free = set(range(_FIRST[kind], _LAST[kind] + 1)) - set(ours.values())
            if not free:
                raise RuntimeError(f"the sandbox host has no address left for another {kind}")
            ours[name] = min(free)
        return network() + str(ours[name])


def release(kind: str, name: str) -> None:
    """Give the number back."""
    with files.changed_json(_TAKEN) as taken:
        taken.get(kind, {}).pop(name, None)


def network() -> str:
    """The host's network with its last dot: `127.65.3.`"""
    address = str(files.read_json(MACHINE).get("address", "127.65.3.1"))
    return address.rpartition(".")[0] + "."


def http_port() -> int:
    """The port on 127.0.0.1 where the host's router answers."""
    return int(files.read_json(MACHINE).get("http_port", 80))


def name_in_hosts(name: str, address: str | None) -> None:
    """Let the name lead to the address on this host; None forgets it.

    On the real thing only a linked container knows the name.
    """
    with files.locked(SANDBOX / "hosts"):
        rows = [row for row in HOSTS.read_text().splitlines() if row.split()[1:2] != [name]] if HOSTS.exists() else []
        rows += [f"{address} {name}"] if address else []
        HOSTS.write_text("\n".join(rows) + "\n")


def free_port(wanted: int) -> int:
    """`wanted` when no process of this machine holds it on any address, else one that the system picks.

    An app that ignores HOST listens on every address; in a container that would do no harm.
    """
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("no free port")
