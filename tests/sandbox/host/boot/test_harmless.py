"""Whatever runs on a sandbox host, and be it as root on this machine: the real files stay as they are."""

import shlex
from pathlib import Path

import pytest

from sandbox.host import paths
from tests.support.hosts.sandbox_host import SandboxHost

# Should the walls ever fail, a test that destroys must stop here and not on the real machine.
_ONLY_INSIDE = "test -e /.petbase/machine.json && "


def _state() -> tuple[bytes, list[str], list[str]]:
    homes = [str(path) for path in sorted(Path("/home").iterdir())]
    return Path("/etc/passwd").read_bytes(), homes, sorted(path.name for path in Path.home().iterdir())


def test_overwriting_passwd_and_removing_the_homes_touches_nothing_real(own_host: SandboxHost) -> None:
    before = _state()
    ran = own_host.ssh(
        _ONLY_INSIDE + "echo broken >/etc/passwd && rm -rf /home/* /root/* && ls -A /home && cat /etc/passwd"
    )
    assert (ran.returncode, ran.stdout) == (0, "broken\n")
    assert _state() == before


@pytest.mark.parametrize(
    "command", ["touch /usr/bin/x", "rm /usr/bin/env", "touch /usr/local/x", "touch /.petbase/checkout/sandbox/x"]
)
def test_the_system_cannot_be_written(sandbox_host: SandboxHost, command: str) -> None:
    ran = sandbox_host.ssh(_ONLY_INSIDE + command)
    assert ran.returncode != 0
    assert "Read-only file system" in ran.stderr


@pytest.mark.parametrize("where", ["/usr", "/usr/local", "/proc/sys", "/.petbase/site"])
def test_a_read_only_mount_cannot_be_made_writable(sandbox_host: SandboxHost, where: str) -> None:
    ran = sandbox_host.ssh(f"{_ONLY_INSIDE} mount -o remount,bind,rw {where}")
    assert ran.returncode != 0
    assert "permission denied" in ran.stderr


def test_kernel_settings_cannot_be_written_by_a_real_root_either(sandbox_host: SandboxHost) -> None:
    ran = sandbox_host.ssh(_ONLY_INSIDE + "cat /proc/sys/vm/swappiness >/proc/sys/vm/swappiness")
    assert ran.returncode != 0
    assert "Read-only file system" in ran.stderr


def test_the_machines_homes_checkout_and_temporary_files_are_invisible(sandbox_host: SandboxHost) -> None:
    real = [paths.checkout() / "pyproject.toml", sandbox_host.key, Path(sandbox_host.machine.directory)]
    ran = sandbox_host.ssh(" ; ".join(f"test -e {shlex.quote(str(path))} && echo {path}" for path in real))
    assert ran.stdout == ""


def test_the_sandboxs_own_secrets_are_not_shown_with_the_code(sandbox_host: SandboxHost) -> None:
    assert sandbox_host.ssh("ls -A /.petbase/checkout").stdout == "sandbox\n"


def test_processes_of_the_machine_are_invisible(sandbox_host: SandboxHost) -> None:
    first, *_ = sandbox_host.ssh("ps -p 1 -o args=").stdout.splitlines()
    assert first == "/.petbase/venv/bin/python -m sandbox.host.boot.init"
