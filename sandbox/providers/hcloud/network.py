"""Firewalls and primary addresses. An address is a loopback one that a sandbox host can have, and outlives servers."""

import ipaddress
from collections.abc import Iterable

from sandbox.host import address as addresses
from sandbox.providers.resource import Stored
from sandbox.providers.schema import Problem
from sandbox.providers.values import UNKNOWN, Json, State

from .catalog import LOCATIONS
from .project import refusal, require_unique_name

_WITH_PORT = ("tcp", "udp")
_PROTOCOLS = (*_WITH_PORT, "icmp", "esp", "gre")


class Firewall(Stored):
    """hcloud.Firewall. Nothing is filtered on loopback; the rules are checked and kept."""

    token = "hcloud:index/firewall:Firewall"
    auto_named = True

    def check(self, inputs: State) -> Iterable[Problem]:
        for index, rule in enumerate(_known_list(inputs.get("rules"))):
            for name, why in _rule_problems(rule):
                yield f"rules[{index}].{name}", why

    def create(self, inputs: State) -> tuple[str, State]:
        require_unique_name(self.world, self.token, inputs["name"], "firewall")
        return super().create(inputs)


class PrimaryIp(Stored):
    """hcloud.PrimaryIp. `assigneeId` is 0 while no server has it, and `assigneeType` "unassigned", whatever the program
    says (docs.hetzner.cloud/changelog, 2026-04-27); deleting it takes it from its server.
    """

    token = "hcloud:index/primaryIp:PrimaryIp"
    auto_named = True

    def check(self, inputs: State) -> Iterable[Problem]:
        if inputs["type"] not in ("ipv4", "ipv6", UNKNOWN):
            yield "type", f'expected type to be one of ["ipv4" "ipv6"], got {inputs["type"]}'
        if inputs.get("location", UNKNOWN) not in (*LOCATIONS, UNKNOWN):
            yield "location", f"location {inputs['location']!r} not found"

    def create(self, inputs: State) -> tuple[str, State]:
        require_unique_name(self.world, self.token, inputs["name"], "primary IP")
        if "location" not in inputs and "assigneeId" not in inputs:
            raise refusal("either a location or an assignee is needed", "invalid_input")
        key, state = super().create({"assigneeId": 0, "autoDelete": False, "labels": {}} | inputs)
        return key, state | _whose(state)

    def read(self) -> State | None:
        state = super().read()
        return state and state | _whose(state)

    def update(self, inputs: State) -> State:
        now = self.read() or {}  # a server may have taken the address since the engine last looked
        state = super().update({"assigneeId": now.get("assigneeId", 0)} | inputs)
        return state | _whose(state)

    def outputs(self, inputs: State) -> State:
        if inputs["type"] == "ipv6":
            return {"ipAddress": "2001:db8::1", "ipNetwork": "2001:db8::/64"}
        return {"ipAddress": self._free_address()}

    def _free_address(self) -> str:
        """One that no host, and no other primary address, has. Two creates at once differ by chance: 1 in 16,000."""
        taken = {thing.get("ipAddress") for thing in self.world.cloud.all(self.token).values()}
        while (found := addresses.free_address(self.world.root)) in taken:
            pass
        return found


def _whose(state: State) -> State:
    return {"assigneeType": "server" if state.get("assigneeId") else "unassigned"}


def _rule_problems(rule: dict[str, Json]) -> Iterable[Problem]:
    direction, protocol = rule["direction"], rule["protocol"]
    if direction not in ("in", "out", UNKNOWN):
        yield "direction", f'expected direction to be one of ["in" "out"], got {direction}'
    if protocol not in (*_PROTOCOLS, UNKNOWN):
        yield "protocol", f"expected protocol to be one of {list(_PROTOCOLS)}, got {protocol}"
    if protocol in _WITH_PORT and "port" not in rule:
        yield "port", "port is required when protocol is tcp or udp"
    if protocol not in _WITH_PORT and "port" in rule:
        yield "port", "port is not allowed when protocol is not tcp or udp"
    needed = {"in": "sourceIps", "out": "destinationIps"}.get(direction)
    if needed and not rule.get(needed):
        yield needed, f"{needed} is required when direction is {direction}"
    for name in ("sourceIps", "destinationIps"):
        for block in _known_list(rule.get(name)):
            if not _is_network(block):
                yield name, f"{block!r} is no CIDR block (an address of a host needs /32 or /128)"


def _known_list(value: Json) -> list[Json]:
    """The items that are known already, none where the list itself is not."""
    return [item for item in value if item != UNKNOWN] if isinstance(value, list) else []


def _is_network(block: str) -> bool:
    try:
        ipaddress.ip_network(block)
    except ValueError:
        return False
    return "/" in block
