"""One sandbox host on this machine: made, started, stopped, found again by anyone who knows the sandbox's folder.

A host outlives the process that started it. It is found by `machine.json` and a process id that is checked against the
time that process started, since a number alone may belong to somebody else by now.
"""

import compileall
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import bun, restic
from sandbox.host import address as addresses
from sandbox.host import paths
from sandbox.host.boot import image, namespace
from sandbox.host.disk import Disk, MachineError
from sandbox.host.process import Process

__all__ = ["BOOT_DELAY_SECONDS", "Machine", "MachineError"]

_START_SECONDS = 20
_STOP_SECONDS = 30
BOOT_DELAY_SECONDS = 3.0


@dataclass(frozen=True)
class Machine(Disk):
    """A handle; all state is on the disk."""

    @classmethod
    def create(
        cls,
        root: Path,
        name: str,
        user_data: str = "",
        *,
        address: str | None = None,
        hostname: str | None = None,
        authorized_keys: Sequence[str] = (),
    ) -> "Machine":
        """Lay a new host's disk under the sandbox `root`. Hetzner itself hands `authorized_keys` to root."""
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory = root / "hosts" / name
        if directory.exists():
            raise MachineError(f"host {name} exists already in {root}")
        settings: dict[str, Any] = {
            "name": name,
            "hostname": hostname or name,
            "address": address or addresses.free_address(root),
            "ssh_port": paths.SSH_PORT,
            **addresses.free_http_ports(root),
            "authorized_keys": list(authorized_keys),
        }
        image.make(directory, settings["hostname"], settings["address"])
        (directory / "user-data").write_text(user_data)
        machine = cls(directory)
        machine.write(settings)
        return machine

    @classmethod
    def find(cls, root: Path, name: str) -> "Machine":
        """The host made earlier; MachineError when there is none."""
        if not (root / "hosts" / name / "machine.json").exists():
            raise MachineError(f"there is no host {name} in {root}")
        return cls(root / "hosts" / name)

    @classmethod
    def all(cls, root: Path) -> "list[Machine]":
        """Every host under the sandbox `root`, running or not."""
        return [cls(path.parent) for path in sorted((root / "hosts").glob("*/machine.json"))]

    def is_running(self) -> bool:
        """Whether its process 1 lives."""
        return self._process() is not None

    def start(self, *, boot_delay_seconds: float = BOOT_DELAY_SECONDS) -> None:
        """Boot it, unless it runs; returns when its namespaces stand, well before SSH answers (see wait_until_ssh)."""
        with self.lock():
            if self.is_running():
                return
            namespace.check()
            image.clear(self.directory)
            image.commands(self.directory)
            # The host sees this folder read-only, so each call of a stand-in would compile all its modules once more.
            compileall.compile_dir(paths.checkout() / "sandbox", quiet=2)
            found = bun.find()
            brought = {"bun": str(found or ""), "modules": str(bun.packages().modules) if found else ""}
            brought["restic"] = str(restic.find() or "")
            self.write(self.settings | {"boot_delay_seconds": boot_delay_seconds, **brought, "process": None})
            (self.directory / "pid").unlink(missing_ok=True)
            self._launch()
            self.write(self.settings | {"process": self._await_process().to_json()})

    def stop(self) -> None:
        """Shut it down; returns when nothing of it is left. A host that is not running is stopped already."""
        with self.lock():
            if process := self._process():
                process.end(_STOP_SECONDS)

    def destroy(self) -> None:
        """Stop it and remove its disk."""
        self.stop()
        shutil.rmtree(self.directory)

    def run(self, argv: Sequence[str], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as root inside, without SSH, and wait for it; MachineError when the host is not running."""
        return subprocess.run(self.enter_words(argv), input=stdin, text=True, capture_output=True, check=False)

    def enter_words(self, argv: Sequence[str]) -> list[str]:
        """The words that run `argv` inside: for a caller that brings its own terminal."""
        process = self._process()
        if process is None:
            raise MachineError(f"host {self.directory.name} is not running")
        return namespace.enter_words(process.pid, argv)

    def wait_until_ssh(self, timeout_seconds: float = 30) -> None:
        """Return when SSH answers; MachineError with the end of boot.log when the host died or time is up."""
        deadline = time.monotonic() + timeout_seconds
        while not self._ssh_answers():
            if not self.is_running():
                raise self._error("did not boot")
            if time.monotonic() > deadline:
                raise self._error(f"opened no SSH port in {timeout_seconds:g} s")
            time.sleep(0.05)

    def _ssh_answers(self) -> bool:
        try:
            with socket.create_connection((self.address, self.ssh_port), timeout=2) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def _launch(self) -> None:
        with (self.directory / "log/boot.log").open("a") as log:
            subprocess.run(
                # setsid forks, so the host is no caller's child, and none has to wait for it.
                ["setsid", "--fork", *namespace.launch_words(self.directory)],
                env=namespace.ENVIRONMENT,
                cwd=paths.checkout(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=True,
            )

    def _await_process(self) -> Process:
        deadline = time.monotonic() + _START_SECONDS
        file = self.directory / "pid"
        while time.monotonic() < deadline:
            if file.exists() and (text := file.read_text()) and (process := Process.of(int(text))):
                return process
            time.sleep(0.02)
        raise self._error("did not start")

    def _process(self) -> Process | None:
        return Process.from_json(self.settings.get("process"))

    def _error(self, what: str) -> MachineError:
        last_lines = "\n".join(self.log("boot.log").splitlines()[-8:])
        return MachineError(f"host {self.directory.name} {what}:\n{last_lines}")
