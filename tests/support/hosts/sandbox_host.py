"""A sandbox host as a real client sees it: OpenSSH, a known key, a pinned host key."""

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.dokku import install, program
from host.core import stdin as host_stdin
from host.core.command import Command
from sandbox.host.dokku.core import paths
from sandbox.host.machine import Machine


@dataclass(frozen=True)
class SandboxHost:
    """A started machine; `key` opens root (and dokku, for tests that register it)."""

    machine: Machine
    key: Path

    @property
    def public_key(self) -> str:
        return Path(f"{self.key}.pub").read_text().strip()

    @property
    def ssh_options(self) -> list[str]:
        """What ssh, and git by GIT_SSH_COMMAND, needs before the host's name; nothing of the caller's ~/.ssh."""
        known = self.key.parent / f"known_hosts.{self.machine.address}"
        host_key = (self.machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text()
        line = f"[{self.machine.address}]:{self.machine.ssh_port} {host_key}"
        if not known.exists() or known.read_text() != line:  # never rewritten under a client that reads it
            known.write_text(line)
        settings = {
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": known,
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "LogLevel": "ERROR",  # newer clients remark on key exchanges
        }
        options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
        return ["-F", "/dev/null", "-i", str(self.key), "-p", str(self.machine.ssh_port), *options]

    def ssh_words(self, command: str, *, user: str = "root", options: Sequence[str] = ()) -> list[str]:
        """The words of an ssh call, for a test that starts it itself."""
        return ["ssh", *self.ssh_options, *options, f"{user}@{self.machine.address}", *([command] if command else [])]

    def ssh(
        self, command: str, *, user: str = "root", stdin: str = "", options: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run `command` over SSH and return how it ended; 255 when the connection failed."""
        words = self.ssh_words(command, user=user, options=options)
        return subprocess.run(words, input=stdin, text=True, capture_output=True, check=False, timeout=120)

    def install(self, stack: str) -> None:
        path = self.machine.root / install.remote_path(stack, "4711", 1).lstrip("/")
        path.write_bytes(program.archive())
        done = self.ssh(install.install(stack, "root"), stdin=install.script(stack, "4711", 1))
        assert done.returncode == 0, done.stdout + done.stderr

    def send(self, stack: str, command: Command, *secrets: str) -> subprocess.CompletedProcess[str]:
        return self.ssh(program.line(stack, command), stdin=host_stdin.text("4711", 1, secrets))


def make_key(path: Path) -> Path:
    """A new key pair without a passphrase at `path` and `path`.pub."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path)], check=True)
    return path


def start_host(root: Path, name: str, key: Path, *, boot_delay_seconds: float = 0) -> SandboxHost:
    """A new host under the sandbox `root`, opened by `key`, its SSH port answering."""
    machine = Machine.create(root, name, authorized_keys=[Path(f"{key}.pub").read_text()])
    machine.start(boot_delay_seconds=boot_delay_seconds)
    machine.wait_until_ssh()
    return SandboxHost(machine, key)


def in_container(root: Path, service: str, path: str) -> Path:
    """A file of the container's own disk, as this machine sees it; `root` is the host's."""
    return root / f"{paths.SANDBOX}/containers/{service}.own{path}".lstrip("/")


def wait_for(what: Callable[[], object], *, seconds: float = 10) -> None:
    """Return as soon as `what` is true; AssertionError when it is not in time."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not true within {seconds:g} s"
        time.sleep(0.02)
