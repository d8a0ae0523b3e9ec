"""SSH for one address, for as long as a run takes: a separate firewall beside the stack's, at Hetzner's API.

Not a rule in the stack's own firewall: that one is the program's, which would take the rule back in the middle of an
`up` that changes it. A server may have five firewalls, and what any of them lets in comes in (docs.hetzner.cloud).
A refresh sees the second one as a difference on the server, so look before opening, and close after.
"""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import yaml
from hcloud import APIException
from hcloud.actions import BoundAction
from hcloud.firewalls import BoundFirewall
from hcloud.firewalls.domain import FirewallResource, FirewallRule
from hcloud.servers import BoundServer

from components.config.server_spec import Server
from components.config.stack_file import StackFileError
from operate.core.errors import PetbaseError
from operate.hetzner.api import Hetzner, translate_errors
from operate.stack import stack_files
from operate.stack.estate import estate_of

# By its number, so that the answer is the IPv4 address: the server's is one too.
WHO_AM_I = "https://1.1.1.1/cdn-cgi/trace"
_SECONDS = 10
_TRIES = 10
_LABEL = "petbase-ssh"
Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Openings:
    """One stack's, in its Hetzner project."""

    stack: str
    hetzner: Hetzner

    def open(self, address: Address, port: int) -> str | None:
        """Let `address` in; the server's name, or None where the stack has no server yet."""
        servers = self.hetzner.client.servers
        with translate_errors(f"the servers of {self.stack}"):
            (server, *_) = [*servers.get_all(label_selector=f"petbase={self.stack}"), None]
        if server is None:
            return None
        with translate_errors(self._name(address)):
            found = self.hetzner.client.firewalls.get_by_name(self._name(address))
            if found is None:
                self._create(address, port, server)
            elif server.id not in [one.server.id for one in found.applied_to or [] if one.server]:
                _wait(found.apply_to_resources([_resource(server)]))
        return str(server.name)

    def close(self, address: Address) -> list[str]:
        """What `open` opened for `address`, or nothing. Names."""
        return self._close(lambda found: found.name == self._name(address))

    def close_older(self, minutes: int) -> list[str]:
        """What runs of this stack left open that long ago, or longer. Names."""
        limit = datetime.now(UTC) - timedelta(minutes=minutes)
        return self._close(lambda found: _created(found) <= limit)

    def _name(self, address: Address) -> str:
        return f"petbase-{self.stack}-ssh-{address.exploded.replace('.', '-').replace(':', '-')}"

    def _create(self, address: Address, port: int, server: BoundServer) -> None:
        rule = FirewallRule("in", "tcp", [str(ip_network(address))], str(port), [], "SSH for a run")
        labels: Any = {_LABEL: self.stack}  # the library's own type is wrong there
        made = self.hetzner.client.firewalls.create(self._name(address), [rule], labels, [_resource(server)])
        _wait(made.actions or [])

    def _close(self, wanted: Callable[[BoundFirewall], bool]) -> list[str]:
        with translate_errors(f"the openings of {self.stack}"):
            found = self.hetzner.client.firewalls.get_all(label_selector=f"{_LABEL}={self.stack}")
            gone = [one for one in found if wanted(one)]
            for one in gone:
                if one.applied_to:
                    _wait(one.remove_from_resources(one.applied_to))
                self._delete(one)
        return [str(one.name) for one in gone]

    def _delete(self, found: BoundFirewall) -> None:
        """It is attached to no server any more; for a moment it may still count as in use."""
        for left in reversed(range(_TRIES)):
            try:
                found.delete()
                return
            except APIException as problem:
                if problem.code != "resource_in_use" or not left:
                    raise
            time.sleep(self.hetzner.pace)


def server_of(stack: str) -> Server:
    """The server in the stack file, which must be good."""
    file = stack_files.stack_file(stack)
    try:
        return estate_of(file.read_text()).server
    except (OSError, yaml.YAMLError, KeyError, TypeError, StackFileError) as problem:
        raise PetbaseError(f"{file.name} cannot be used: {problem}") from None


def is_let_in(server: Server, address: Address) -> bool:
    """Whether `server.ssh-from` has it already."""
    networks = [ip_network(network) for network in server.ssh_from]
    return any(address in network for network in networks if network.version == address.version)


def parse(address: str | None) -> Address:
    """The address, or this machine's own as others see it. PetbaseError when it is none, or cannot be known."""
    found = address or _own()
    try:
        return ip_address(found)
    except ValueError:
        raise PetbaseError(f'"{found}" is not an address; write one like --for 203.0.113.7') from None


def _own() -> str:
    try:
        with urllib.request.urlopen(WHO_AM_I, timeout=_SECONDS) as answer:
            lines = answer.read().decode(errors="replace").splitlines()
    except (OSError, urllib.error.URLError) as problem:
        raise PetbaseError(f"This machine's address cannot be found out ({problem}); say it: --for ADDRESS") from None
    return next((line.removeprefix("ip=") for line in lines if line.startswith("ip=")), "")


def _resource(server: BoundServer) -> FirewallResource:
    return FirewallResource(FirewallResource.TYPE_SERVER, server)


def _wait(actions: Sequence[BoundAction]) -> None:
    for action in actions:
        action.wait_until_finished()


def _created(found: BoundFirewall) -> datetime:
    moment = found.created
    assert isinstance(moment, datetime)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
