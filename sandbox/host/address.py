"""Loopback addresses and ports for hosts: each host owns a /24 of 127.0.0.0/8, so several run side by side."""

import json
import random
import socket
from pathlib import Path

from sandbox.host.paths import SSH_PORT

# Below the range that goes to outgoing connections (32768 and up on Linux): such a port could be lost between restarts.
_HTTP_PORTS = range(20000, 32000, 2)
_TRIES = 200


def free_address(root: Path) -> str:
    """The first address (127.A.B.1) of a /24 that no host under the sandbox `root` has and no process listens on."""
    taken = {machine["address"] for machine in _machines(root)}
    for _ in range(_TRIES):
        address = f"127.{random.randint(64, 126)}.{random.randint(1, 254)}.1"
        if address not in taken and is_free(address, SSH_PORT):
            return address
    raise OSError("no free loopback address found for a sandbox host")


def free_http_ports(root: Path) -> dict[str, int]:
    """Two neighbouring ports on 127.0.0.1 for a host's router: http_port and https_port."""
    taken = {machine["http_port"] for machine in _machines(root)}
    for _ in range(_TRIES):
        port = random.choice(_HTTP_PORTS)
        if port not in taken and is_free("127.0.0.1", port) and is_free("127.0.0.1", port + 1):
            return {"http_port": port, "https_port": port + 1}
    raise OSError("no free port found on 127.0.0.1 for the apps of a sandbox host")


def is_free(address: str, port: int) -> bool:
    """Whether one could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def _machines(root: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in (root / "hosts").glob("*/machine.json")]
