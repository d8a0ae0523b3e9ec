"""What is kept of a host: the folder `ROOT/hosts/NAME` with its disk, its logs and machine.json."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class MachineError(RuntimeError):
    """A host that does not exist, did not start or is not running; the message says which and quotes its log."""


@dataclass(frozen=True)
class Disk:
    """One host's folder."""

    directory: Path

    @property
    def settings(self) -> dict[str, Any]:
        """machine.json as it is now."""
        found: dict[str, Any] = json.loads((self.directory / "machine.json").read_text())
        return found

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        return str(self.settings["address"])

    @property
    def ssh_port(self) -> int:
        return int(self.settings["ssh_port"])

    @property
    def http_port(self) -> int:
        """The router's port on 127.0.0.1."""
        return int(self.settings["http_port"])

    @property
    def https_port(self) -> int:
        """The same with TLS, for apps that have a certificate."""
        return int(self.settings["https_port"])

    @property
    def root(self) -> Path:
        """The folder that holds the host's own /etc, /home, /root, /run, /var, /tmp and /usr/local/lib."""
        return self.directory / "root"

    def log(self, name: str) -> str:
        """What boot.log, auth.log or cron.log holds so far."""
        path = self.directory / "log" / name
        return path.read_text(errors="replace") if path.exists() else ""

    def write(self, settings: dict[str, Any]) -> None:
        """Keep `settings` as machine.json, whole or not at all."""
        new = self.directory / "machine.json.new"
        new.write_text(json.dumps(settings, indent=2) + "\n")
        new.replace(self.directory / "machine.json")

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """One start or stop at a time, for all callers."""
        with (self.directory / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
