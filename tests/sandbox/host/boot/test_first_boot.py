"""The program's own user data, as Hetzner would hand it to the server: does a host come up with it?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.cloud.cloud_init import user_data
from sandbox.host.machine import Machine
from tests.support.hosts.sandbox_host import SandboxHost, make_key


@pytest.fixture(scope="module")
def host_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("first-boot") / "key")


@pytest.fixture(scope="module")
def booted(sandbox_root: Path, sandbox_key: Path, host_key: Path) -> Iterator[SandboxHost]:
    text = user_data(
        host_key=host_key.read_text(),
        host_key_public=Path(f"{host_key}.pub").read_text(),
        client_key=Path(f"{sandbox_key}.pub").read_text().strip(),
        keys="",
        port=22,
    )
    machine = Machine.create(sandbox_root, "first-boot", text)
    machine.start(boot_delay_seconds=0)
    machine.wait_until_ssh()
    yield SandboxHost(machine, sandbox_key)
    machine.destroy()


def test_the_first_connection_is_already_pinned(booted: SandboxHost, host_key: Path) -> None:
    shown = (booted.machine.root / "etc/ssh/ssh_host_ed25519_key.pub").read_text()
    assert shown == Path(f"{host_key}.pub").read_text()
    assert booted.ssh("echo in").stdout == "in\n"


def test_its_own_key_opens_root_and_no_other_does(booted: SandboxHost, tmp_path: Path) -> None:
    assert booted.ssh("id -u").stdout == "0\n"
    assert SandboxHost(booted.machine, make_key(tmp_path / "id")).ssh("true").returncode == 255


def test_the_log_says_what_was_not_run(booted: SandboxHost) -> None:
    assert "cloud-init: runcmd: not run in the sandbox\n" in booted.machine.log("boot.log")
