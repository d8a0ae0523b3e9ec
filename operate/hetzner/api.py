"""Hetzner's API for what Pulumi leaves undone: power, SSH for a run, ids of what is there. By Hetzner's own library."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import hcloud
from hcloud.actions.domain import ActionException
from hcloud.server_types.domain import ServerType

from operate.core.errors import PetbaseError, RefusedError
from operate.stack import pulumi_cli, stack_files

ENDPOINT = "https://api.hetzner.cloud/v1"
_TOKEN, _CONFIG_KEY = "HCLOUD_TOKEN", "hcloud:token"
_SECONDS = 30.0  # for one answer
_SHUTDOWN_SECONDS = 180.0
_SETTLE_SECONDS = 3600.0  # a change of type that was interrupted here continues there
_UNSETTLED = ("initializing", "starting", "stopping", "migrating", "rebuilding")


@dataclass(frozen=True)
class Kind:
    """A server type. `memory` and `disk` in GB; `places` are the locations that have some left."""

    name: str
    cores: int
    memory: float
    disk: int
    architecture: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} ({self.cores} vCPU, {self.memory:g} GB)"


@dataclass(frozen=True)
class Machine:
    """A server as it is now. `disk` in GB is its own, which may be smaller than its type's."""

    id: int
    name: str
    status: str
    kind: Kind
    disk: int
    location: str

    @property
    def runs(self) -> bool:
        """Whether it is powered on."""
        return self.status == "running"


class Hetzner:
    """One project, opened by its token, which no message shows. `pace`: seconds between two questions."""

    def __init__(self, token: str, endpoint: str, pace: float) -> None:
        self.pace = pace
        # poll_max_retries bounds the wait for one action, in questions.
        self.client = hcloud.Client(token, endpoint, "petbase", poll_interval=pace, timeout=_SECONDS)

    def machine(self, number: str) -> Machine:
        """The server of this id. PetbaseError when there is none."""
        with translate_errors(f"server {number}"):
            found = self.client.servers.get_by_id(int(number))
        kind, place = found.server_type, found.location
        assert kind
        assert place
        disk = int(found.primary_disk_size or 0)
        return Machine(int(number), str(found.name), str(found.status), _kind(kind), disk, str(place.name))

    def settled(self, number: str) -> Machine:
        """The same, once it is neither on its way up nor down: an earlier run may have begun something."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (found := self.machine(number)).status in _UNSETTLED:
            if time.monotonic() > deadline:
                raise PetbaseError(f"{found.name} is {found.status} for an hour; look at Hetzner's console")
            time.sleep(self.pace)
        return found

    def kind(self, name: str) -> Kind:
        """The server type of this name. RefusedError when Hetzner has none."""
        with translate_errors(f"server type {name}"):
            found = self.client.server_types.get_by_name(name)
        if found is None:
            raise RefusedError(f'Hetzner has no server type "{name}"; change server.type in the stack file.')
        return _kind(found)

    def servers(self) -> list[tuple[str, str, str]]:
        """Every server with a public IPv4 address: its id, that address, and the id of the address."""
        with translate_errors("servers"):
            found = [(str(one.id), one.public_net) for one in self.client.servers.get_all()]
        return [
            (number, str(net.ipv4.ip), str(net.primary_ipv4.id))
            for number, net in found
            if net and net.ipv4 and net.primary_ipv4
        ]

    def ssh_keys(self) -> list[tuple[str, str, str]]:
        """Every SSH key: its id, name and line."""
        with translate_errors("SSH keys"):
            return [(str(key.id), str(key.name), str(key.public_key)) for key in self.client.ssh_keys.get_all()]

    def shut_down(self, machine: Machine) -> None:
        """Ask its system to end in good order, and wait until it is off. PetbaseError when it does not."""
        with translate_errors(machine.name):
            self.client.servers.shutdown(hcloud.servers.Server(id=machine.id)).wait_until_finished()
        deadline = time.monotonic() + _SHUTDOWN_SECONDS
        while self.machine(str(machine.id)).status != "off":
            if time.monotonic() > deadline:
                raise PetbaseError(
                    f"{machine.name} was asked to shut down and still runs after {_SHUTDOWN_SECONDS:.0f} s; "
                    "nothing was changed. Shut it down yourself (./petbase ssh poweroff), then run this again."
                )
            time.sleep(self.pace)

    def power_on(self, machine: Machine) -> None:
        """Power on, and wait until Hetzner says that it is."""
        with translate_errors(machine.name):
            self.client.servers.power_on(hcloud.servers.Server(id=machine.id)).wait_until_finished()


@contextmanager
def opened(stack: str) -> Iterator[Hetzner]:
    """The Hetzner project of a stack; of the sandbox its stand-in, which ends with the block."""
    if stack != stack_files.SANDBOX:
        yield Hetzner(_token(stack), ENDPOINT, 2.0)
        return
    from sandbox.engine import environment
    from sandbox.providers.hcloud import api

    root = stack_files.sandbox_root()
    # Also for no_proxy: a user's proxy has no way to this machine's loopback.
    with environment.scrubbed(root), api.serving(root) as (address, _):
        yield Hetzner(environment.HCLOUD_TOKEN, address, 0.2)


def _token(stack: str) -> str:
    found = os.environ.get(_TOKEN) or pulumi_cli.secret(stack, _CONFIG_KEY)
    if not found:
        raise RefusedError(f"{_TOKEN} is not set, so Hetzner cannot be asked; docs/tokens.md")
    return found


def _kind(found: ServerType) -> Kind:
    places = tuple(str(place.location.name) for place in found.locations or [] if place.available is not False)
    cores, memory, disk = int(found.cores or 0), float(found.memory or 0), int(found.disk or 0)
    return Kind(str(found.name), cores, memory, disk, str(found.architecture), places)


@contextmanager
def translate_errors(what: str) -> Iterator[None]:
    """What Hetzner's library raises, as sentences about `what`."""
    try:
        yield
    except hcloud.APIException as problem:
        if problem.code == "unauthorized":
            raise PetbaseError(f"Hetzner refuses {_TOKEN}; make one with Read & Write: docs/tokens.md") from None
        if problem.code == "not_found":
            raise PetbaseError(
                f"Hetzner knows no {what}: it is of another project, or gone. Look: pulumi refresh"
            ) from None
        raise PetbaseError(f"Hetzner refuses, for {what}: {problem.message} ({problem.code})") from None
    except ActionException as problem:
        raise PetbaseError(f"Hetzner did not finish, for {what}: {problem.message}") from None
    except OSError as problem:  # what the library's HTTP client raises
        name = type(problem).__name__
        raise PetbaseError(f"Hetzner's API was not reached ({name}); is this machine online?") from None
