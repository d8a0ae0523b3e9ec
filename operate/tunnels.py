"""A port of this machine that leads to the shared database, by OpenSSH's own forwarding."""

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from operate.errors import PetbaseError, RefusedError
from operate.ssh import Connection

_POSTGRES = 5432
_SECONDS = 20
_URL = re.compile(r"postgres://(?P<user>[^@/]+)@(?P<host>[^@/:]+):5432/(?P<rest>.+)")


@dataclass(frozen=True)
class Tunnel:
    """From 127.0.0.1:`port` to `service`, for one app."""

    connection: Connection
    service: str
    app: str
    port: int

    def url(self) -> str:
        """The app's DATABASE_URL with this end's address. PetbaseError when it leads elsewhere than to the service."""
        said = self.connection.run("dokku", "config:get", self.app, "DATABASE_URL").strip()
        found = _URL.fullmatch(said)
        if not found or found["host"] != "dokku-postgres-" + self.service.replace("_", "-"):
            raise PetbaseError(f"The DATABASE_URL of {self.app} does not lead to {self.service}.")
        return f"postgres://{found['user']}@127.0.0.1:{self.port}/{found['rest']}"

    @contextmanager
    def open(self) -> Iterator[Callable[[], None]]:
        """The open port; the function that is given waits until Ctrl-C, or raises when the tunnel breaks."""
        _need_free(self.port)
        address = self.connection.run("dokku", "postgres:info", self.service, "--internal-ip").strip()
        if not address:
            raise PetbaseError(
                f"{self.service} is not running. Look at: ./petbase ssh dokku postgres:info {self.service}"
            )
        with self.connection.forward(self.port, address, _POSTGRES) as ssh:
            _wait_until_open(ssh, self.port)
            yield lambda: _wait(ssh)


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise RefusedError(f"Port {port} is taken on this machine; name another: --port N") from None


def _wait_until_open(ssh: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + _SECONDS
    while ssh.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise PetbaseError("The tunnel did not open; what ssh said stands above.")


def _wait(ssh: "subprocess.Popen[bytes]") -> None:
    with suppress(KeyboardInterrupt):
        ssh.wait()
        raise PetbaseError("The tunnel broke; what ssh said stands above. Open it again.")
