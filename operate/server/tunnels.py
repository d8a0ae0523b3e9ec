"""A port of this machine that leads to the shared database, by OpenSSH's own forwarding."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from components.config.rules.edge_defaults import is_an_address
from host.link.url import parse
from host.postgres.psql import host_name
from operate.core.errors import PetbaseError, RefusedError
from operate.server.connection.errors import RemoteError
from operate.server.ssh import Connection

_POSTGRES = 5432
_SECONDS = 20
_ADDRESSES = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"


@dataclass(frozen=True)
class Tunnel:
    """From 127.0.0.1:`port` to `service`, for one app."""

    connection: Connection
    service: str
    app: str
    port: int

    def url(self) -> str:
        """The app's DATABASE_URL with this end's address. PetbaseError when it leads elsewhere than to the service."""
        url = parse(self.connection.run("dokku", "config:get", self.app, "DATABASE_URL").strip())
        if not url or url.host != f"{host_name(self.service)}:{_POSTGRES}":
            raise PetbaseError(f"The DATABASE_URL of {self.app} does not lead to {self.service}.")
        return str(replace(url, host=f"127.0.0.1:{self.port}"))

    @contextmanager
    def open(self) -> Iterator[Callable[[], None]]:
        """The open port; the function that is given waits until Ctrl-C, or raises when the tunnel breaks."""
        _require_free(self.port)
        with self.connection.forward(self.port, self._address(), _POSTGRES) as ssh:
            _wait_until_open(ssh, self.port)
            yield lambda: _wait(ssh)

    def _address(self) -> str:
        """Where the service listens on the server. Docker is asked: the plugin's own `--internal-ip` is empty from
        Docker 29 on (dokku-postgres#380). Of a container that stands still Docker says "invalid IP", or nothing.
        """
        container = f"dokku.postgres.{self.service}"
        with suppress(RemoteError):
            said = self.connection.run("docker", "inspect", "--type", "container", "--format", _ADDRESSES, container)
            for word in filter(is_an_address, said.split()):
                return word
        raise PetbaseError(f"{self.service} is not running. Look at: ./petbase ssh dokku postgres:info {self.service}")


def _require_free(port: int) -> None:
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
    raise PetbaseError("The tunnel did not open; see the message of ssh above.")


def _wait(ssh: "subprocess.Popen[bytes]") -> None:
    with suppress(KeyboardInterrupt):
        ssh.wait()
        raise PetbaseError("The tunnel broke; see the message of ssh above. Open it again.")
