"""hcloud.Server: a sandbox host that boots late, at a loopback address.

As with the real provider (terraform-provider-hcloud, internal/server/resource.go), a new server type cuts the power of
a running server, asks for the type, and never powers on again, not even where the type was refused. User data, keys,
image and location replace it (the schema says so).
"""

import re
from collections.abc import Iterable
from typing import ClassVar

from sandbox.providers.resource import ApiError, Stored, World
from sandbox.providers.schema import Problem, load
from sandbox.providers.values import UNKNOWN, State

from . import firewalls, resizing
from .catalog import IMAGES, LOCATIONS, SERVER_TYPES
from .hosts import Hosts
from .keys import SshKey
from .network import Firewall, PrimaryIp
from .project import labels_of, refusal, require_unique_name, selected

_HOSTNAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_USER_DATA_BYTES = 32 * 1024
# What a look at a server tells, by the schema's own words.
_TOLD = tuple(load("hcloud").types["hcloud:index/getServersServer:getServersServer"]["properties"])
_DEFAULTS: State = {"labels": {}, "backups": False, "deleteProtection": False, "rebuildProtection": False}


class Server(Stored):
    """hcloud.Server. `hosts` is what boots; a test gives its own."""

    token = "hcloud:index/server:Server"
    auto_named = True
    hosts: ClassVar[type[Hosts]] = Hosts

    def check(self, inputs: State) -> Iterable[Problem]:
        if inputs["name"] != UNKNOWN and not _HOSTNAME.fullmatch(inputs["name"]):
            yield "name", f"{inputs['name']!r} is not a valid hostname"
        if len(inputs.get("userData", "").encode()) > _USER_DATA_BYTES:
            yield "userData", f"is longer than {_USER_DATA_BYTES} bytes"

    def create(self, inputs: State) -> tuple[str, State]:
        inputs = _DEFAULTS | {"location": "fsn1"} | inputs
        self._require_offered(inputs)
        require_unique_name(self.world, self.token, inputs["name"], "server")
        keys = [self._ssh_key(word) for word in inputs.get("sshKeys", [])]
        for number in inputs.get("firewallIds", []):
            self._require(Firewall.token, str(number), "firewall")
        key = self.world.cloud.next_id()
        self._assign(inputs, key)
        try:
            address = self._hosts().boot(
                key, self._wanted_address(inputs), inputs["name"], inputs.get("userData", ""), keys
            )
        except ApiError:
            self._unassign(inputs)
            raise
        state = inputs | self._facts(inputs) | {"ipv4Address": address, "status": "running"}
        self.world.cloud.put(self.token, key, state)
        return key, state

    def read(self) -> State | None:
        state, status = super().read(), self._hosts().status(self.call.key)
        if not state or not status:
            return None
        # As getServerAttributes of the real one: every firewall of the server, wherever it was applied.
        more = firewalls.applied(self.world.root, self.call.key)
        found = [*state.get("firewallIds", []), *more]
        return state | {"status": status} | ({"firewallIds": found} if found else {})

    def update(self, inputs: State) -> State:
        old = self.call.state
        if (now := self.read()) is None:
            raise refusal(f"server with ID '{self.call.key}' not found", "not_found")
        require_unique_name(self.world, self.token, inputs["name"], "server", self.call.key)
        if self._address_key(old) != self._address_key(inputs):
            raise ApiError("the sandbox cannot give a server another primary IP; replace the server instead")
        is_now = {name: now[name] for name in ("serverType", "primaryDiskSize", "status")}
        state = super().update(inputs | is_now)
        if inputs["serverType"] != old["serverType"]:
            self._hosts().power(self.call.key, on=False)
            state = super().update(inputs | is_now | {"status": "off"})
            disk = resizing.change_type(self.world, state, inputs["serverType"], keep_disk=bool(inputs.get("keepDisk")))
            state = super().update(inputs | {"status": "off", "primaryDiskSize": disk})
        return state

    def delete(self) -> None:
        if self.call.state.get("deleteProtection"):
            raise refusal("server deletion is protected", "protected")
        self._hosts().destroy(self.call.key)
        self._unassign(self.call.state)
        super().delete()

    def _hosts(self) -> Hosts:
        return self.hosts(self.world.root)

    def _require_offered(self, inputs: State) -> None:
        """Type, image and location against the catalogue, in the API's words."""
        kind = SERVER_TYPES.get(inputs["serverType"])
        if kind is None:
            raise ApiError(f"server type {inputs['serverType']} not found")
        if inputs.get("image") not in IMAGES:
            raise ApiError(f"image {inputs.get('image')} for architecture {kind['architecture']} not found")
        if inputs["location"] not in LOCATIONS:
            raise refusal("invalid input in field 'location'", "invalid_input")
        if inputs["location"] not in kind["offered"]:
            raise refusal("unsupported location for server type", "invalid_input")
        if inputs["serverType"] in self.world.cloud.look().get("sold_out", []):
            raise refusal("the requested resource is currently unavailable", "resource_unavailable")

    def _ssh_key(self, word: str) -> str:
        for key, thing in self.world.cloud.all(SshKey.token).items():
            if word in (key, thing["name"]):
                return str(thing["publicKey"])
        raise ApiError(f"SSH key not found: {word}")

    def _require(self, token: str, key: str, kind: str) -> State:
        found = self.world.cloud.all(token).get(key)
        if found is None:
            raise refusal(f"{kind} with ID '{key}' not found", "not_found")
        return found

    def _address_key(self, inputs: State) -> str | None:
        """The id of the primary IPv4 address that the program chose, if it did."""
        chosen = [net["ipv4"] for net in inputs.get("publicNets", []) if net.get("ipv4")]
        return str(chosen[0]) if chosen else None

    def _wanted_address(self, inputs: State) -> str | None:
        key = self._address_key(inputs)
        return str(self._require(PrimaryIp.token, key, "primary IP")["ipAddress"]) if key else None

    def _assign(self, inputs: State, server: str) -> None:
        if not (key := self._address_key(inputs)):
            return
        address = self._require(PrimaryIp.token, key, "primary IP")
        if address.get("assigneeId"):
            raise refusal(f"primary IP {key} is already assigned to a server", "resource_unavailable")
        if address.get("location", inputs["location"]) != inputs["location"]:
            raise refusal("the primary IP is in another location than the server", "invalid_input")
        self.world.cloud.put(PrimaryIp.token, key, address | {"assigneeId": int(server)})

    def _unassign(self, inputs: State) -> None:
        key = self._address_key(inputs)
        address = self.world.cloud.all(PrimaryIp.token).get(key or "")
        if key and address and address.get("autoDelete"):
            self.world.cloud.drop(PrimaryIp.token, key)
        elif key and address:
            self.world.cloud.put(PrimaryIp.token, key, address | {"assigneeId": 0})

    def _facts(self, inputs: State) -> State:
        return {
            "ipv6Address": "2001:db8::1",
            "ipv6Network": "2001:db8::/64",
            "backupWindow": "",
            "datacenter": f"{inputs['location']}-dc1",
            "primaryDiskSize": SERVER_TYPES[inputs["serverType"]]["disk"],
        }


def get_servers(world: World, args: State) -> State:
    """hcloud.getServers: all, or those whose labels match."""
    blank: State = {"firewallIds": [], "iso": "", "rescue": ""}
    found = world.cloud.all(Server.token).items()
    chosen = [
        blank | {name: held[name] for name in _TOLD if name in held} | {"id": int(key)}
        for key, held in found
        if selected(labels_of(held), args.get("withSelector"))
    ]
    return args | {"id": "-".join(str(one["id"]) for one in chosen), "servers": chosen}
