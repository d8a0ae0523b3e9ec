"""A server is a real sandbox host: it boots with what it was given, powers off, and goes with its disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.host.machine import Machine, MachineError
from sandbox.providers.hcloud.hosts import Hosts
from sandbox.providers.resource import ApiError
from tests.support.pulumi.providers import Asking, Made, account

SERVER = "hcloud:index/server:Server"
KEY = "hcloud:index/sshKey:SshKey"
INPUTS = {"name": "web", "serverType": "cx23", "image": "debian-12", "location": "nbg1"}


@pytest.fixture
def hcloud(sandbox_root: Path) -> Asking:
    return account(sandbox_root, "hcloud")


@pytest.fixture
def made(hcloud: Asking, sandbox_key: Path) -> Iterator[Made]:
    line = Path(f"{sandbox_key}.pub").read_text()
    key = hcloud.create(KEY, {"name": "mine", "publicKey": line})
    server = hcloud.create(SERVER, INPUTS | {"sshKeys": [key.key]})
    yield server
    hcloud.delete(SERVER, server)
    hcloud.delete(KEY, key)


def test_a_server_boots_a_host_with_its_name_address_and_keys(
    sandbox_root: Path, sandbox_key: Path, made: Made
) -> None:
    machine = Machine.find(sandbox_root, made.key)
    machine.wait_until_ssh()
    assert machine.address == made.state["ipv4Address"]
    assert machine.run(["hostname"]).stdout == "web\n"
    assert machine.run(["cat", "/root/.ssh/authorized_keys"]).stdout == Path(f"{sandbox_key}.pub").read_text()


def test_a_new_type_leaves_the_host_off_and_a_refresh_sees_it(hcloud: Asking, sandbox_root: Path, made: Made) -> None:
    changed = hcloud.update(SERVER, made, made.inputs | {"serverType": "cx33"})
    assert Machine.find(sandbox_root, made.key).is_running() is False
    Hosts(sandbox_root).power(made.key, on=True)
    found = hcloud.read(SERVER, made.key, changed)
    assert found is not None
    assert (changed.state["status"], found.state["status"]) == ("off", "running")


def test_a_deleted_server_leaves_no_disk(hcloud: Asking, sandbox_root: Path) -> None:
    server = hcloud.create(SERVER, INPUTS | {"name": "short"})
    hcloud.delete(SERVER, server)
    assert not (sandbox_root / "hosts" / server.key).exists()
    with pytest.raises(MachineError):
        Machine.find(sandbox_root, server.key)


def test_a_host_that_cannot_boot_is_an_error_of_the_api(sandbox_root: Path) -> None:
    (sandbox_root / "hosts" / "taken").mkdir(parents=True)
    with pytest.raises(ApiError, match=r"^the sandbox could not boot host taken: host taken exists already in "):
        Hosts(sandbox_root).boot("taken", None, "web", "", [])
