"""The pretend Hetzner project: what the API refuses, and what outlives what. Hosts are counted here, not booted."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sandbox.providers.hcloud.hosts import Hosts
from sandbox.providers.hcloud.resizing import sold_out
from sandbox.providers.hcloud.server import Server
from sandbox.providers.resource import ApiError
from sandbox.providers.schema import load
from sandbox.providers.values import UNKNOWN, State
from tests.support.pulumi.providers import Asking, Made, account

KEY = "hcloud:index/sshKey:SshKey"
FIREWALL = "hcloud:index/firewall:Firewall"
PRIMARY_IP = "hcloud:index/primaryIp:PrimaryIp"
SERVER = "hcloud:index/server:Server"
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL+WYW3VJ7ROJfzUZMJtm2Oxl40hvgYEOSbZ3QF5aVpX"


class CountedHosts(Hosts):
    """Stands in for the hosts: remembers what it was told to boot."""

    running: ClassVar[dict[str, dict[str, Any]]] = {}
    fail: ClassVar[bool] = False

    def boot(self, key: str, address: str | None, hostname: str, user_data: str, keys: Sequence[str]) -> str:
        if self.fail:
            raise ApiError("the sandbox could not boot host 1: no")
        self.running[key] = {"hostname": hostname, "user_data": user_data, "keys": list(keys), "on": True}
        return address or "127.64.1.1"

    def power(self, key: str, on: bool) -> None:
        self.running[key]["on"] = on

    def status(self, key: str) -> str | None:
        host = self.running.get(key)
        return ("running" if host["on"] else "off") if host else None

    def destroy(self, key: str) -> None:
        self.running.pop(key, None)


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    monkeypatch.setattr(Server, "hosts", CountedHosts)
    CountedHosts.running.clear()
    yield CountedHosts.running
    CountedHosts.fail = False


@pytest.fixture
def hcloud(tmp_path: Path, hosts: dict[str, dict[str, Any]]) -> Asking:
    assert hosts == {}
    return account(tmp_path, "hcloud")


def server(**more: Any) -> State:
    return {"name": "web", "serverType": "cx23", "image": "debian-12", "location": "nbg1"} | more


def with_address(hcloud: Asking, **more: Any) -> tuple[Made, State]:
    address = hcloud.create(PRIMARY_IP, {"name": "ip", "type": "ipv4", "location": "nbg1"} | more)
    return address, {"publicNets": [{"ipv4": int(address.key), "ipv4Enabled": True}]}


# Tokens


@pytest.mark.parametrize("token", ["x" * 63, "x" * 65])
def test_a_token_of_another_length_is_refused(hcloud: Asking, token: str) -> None:
    with pytest.raises(ApiError, match=r"^entered token is invalid \(must be exactly 64 characters long\)$"):
        hcloud.configure(token=token)


def test_the_token_may_come_from_the_environment(hcloud: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "HCLOUD_TOKEN", "x" * 64)
    hcloud.configure()
    monkeypatch.delitem(os.environ, "HCLOUD_TOKEN")
    with pytest.raises(ApiError, match=r"^Missing Hetzner Cloud token: set hcloud:token"):
        hcloud.configure()


# SSH keys


def test_a_key_that_the_project_has_is_refused_under_any_name(hcloud: Asking) -> None:
    hcloud.create(KEY, {"name": "one", "publicKey": f"{ED25519} me@laptop"})
    with pytest.raises(ApiError, match=r"^SSH key not unique \(uniqueness_error, [0-9a-f]{16}\)$"):
        hcloud.create(KEY, {"name": "two", "publicKey": f"{ED25519} me@other"})
    assert hcloud.create(KEY, {"name": "two", "publicKey": OTHER}).key.isdigit()


def test_a_key_has_the_fingerprint_that_hetzner_shows(hcloud: Asking) -> None:
    made = hcloud.create(KEY, {"name": "one", "publicKey": ED25519})
    assert made.state["fingerprint"].count(":") == 15


def test_all_keys_are_listed_and_filtered(hcloud: Asking) -> None:
    hcloud.create(KEY, {"name": "one", "publicKey": ED25519, "labels": {"by": "petbase"}})
    hcloud.create(KEY, {"name": "two", "publicKey": OTHER})
    token = "hcloud:index/getSshKeys:getSshKeys"
    assert [key["name"] for key in hcloud.invoke(token, {})["sshKeys"]] == ["one", "two"]
    assert [key["name"] for key in hcloud.invoke(token, {"withSelector": "!by"})["sshKeys"]] == ["two"]


def test_what_is_no_public_key_is_refused(hcloud: Asking) -> None:
    assert hcloud.check(KEY, {"publicKey": "ssh-ed25519 AAAA"})[1] == [
        "publicKey: is no public key in authorized_keys form"
    ]


# Firewalls


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"protocol": "tcp", "sourceIps": ["0.0.0.0/0"]}, "port: port is required when protocol is tcp or udp"),
        (
            {"protocol": "icmp", "port": "1", "sourceIps": ["::/0"]},
            "port: port is not allowed when protocol is not tcp or udp",
        ),
        ({"protocol": "icmp"}, "sourceIps: sourceIps is required when direction is in"),
        (
            {"protocol": "icmp", "sourceIps": ["10.0.0.1/8"]},
            "sourceIps: '10.0.0.1/8' is no CIDR block (an address of a host needs /32 or /128)",
        ),
    ],
)
def test_a_rule_that_the_api_refuses_is_named(hcloud: Asking, rule: State, expected: str) -> None:
    assert hcloud.check(FIREWALL, {"rules": [{"direction": "in"} | rule]})[1] == [f"rules[0].{expected}"]


@pytest.mark.parametrize(
    "rules",
    [
        UNKNOWN,
        [UNKNOWN],
        [{"direction": "in", "protocol": "icmp", "sourceIps": UNKNOWN}],
        [{"direction": UNKNOWN, "protocol": "tcp", "port": UNKNOWN, "sourceIps": [UNKNOWN]}],
    ],
)
def test_a_rule_that_is_not_known_yet_passes(hcloud: Asking, rules: Any) -> None:
    assert hcloud.check(FIREWALL, {"rules": rules})[1] == []


# Addresses


def test_an_address_outlives_its_server(hcloud: Asking) -> None:
    address, net = with_address(hcloud)
    made = hcloud.create(SERVER, server(**net))
    assert made.state["ipv4Address"] == address.state["ipAddress"]
    hcloud.delete(SERVER, made)
    found = hcloud.read(PRIMARY_IP, address.key, address)
    assert found is not None
    assert (found.state["assigneeId"], found.state["assigneeType"]) == (0, "unassigned")
    assert hcloud.create(SERVER, server(**net)).state["ipv4Address"] == address.state["ipAddress"]


def test_whose_an_address_is_says_the_api_and_not_the_program(hcloud: Asking) -> None:
    """Since August 2026; so "server" among the inputs differs from what a refresh reads before there is one."""
    address, net = with_address(hcloud, assigneeType="server")
    assert address.state["assigneeType"] == "unassigned"
    read = hcloud.read(PRIMARY_IP, address.key, address)
    assert read is not None
    assert hcloud.diff(PRIMARY_IP, read, address.inputs).diffs == ["assigneeType"]
    hcloud.create(SERVER, server(**net))
    again = hcloud.read(PRIMARY_IP, address.key, address)
    assert again is not None
    assert again.state["assigneeType"] == "server"


def test_an_address_with_auto_delete_goes_with_its_server(hcloud: Asking) -> None:
    address, net = with_address(hcloud, autoDelete=True)
    hcloud.delete(SERVER, hcloud.create(SERVER, server(**net)))
    assert hcloud.read(PRIMARY_IP, address.key, address) is None


def test_an_address_has_one_server_at_a_time(hcloud: Asking) -> None:
    address, net = with_address(hcloud)
    hcloud.create(SERVER, server(**net))
    with pytest.raises(ApiError, match=rf"^primary IP {address.key} is already assigned to a server \("):
        hcloud.create(SERVER, server(name="other", **net))


def test_a_changed_label_leaves_an_address_with_its_server(hcloud: Asking) -> None:
    address, net = with_address(hcloud)
    made = hcloud.create(SERVER, server(**net))
    changed = hcloud.update(PRIMARY_IP, address, address.inputs | {"labels": {"a": "b"}})
    assert changed.state["assigneeId"] == int(made.key)


def test_an_address_and_its_server_share_a_location(hcloud: Asking) -> None:
    _, net = with_address(hcloud, location="hel1")
    with pytest.raises(ApiError, match=r"^the primary IP is in another location than the server \("):
        hcloud.create(SERVER, server(**net))


# Servers


def test_a_server_boots_with_its_user_data_and_keys(hcloud: Asking, hosts: dict[str, dict[str, Any]]) -> None:
    key = hcloud.create(KEY, {"name": "one", "publicKey": ED25519})
    made = hcloud.create(SERVER, server(userData="#cloud-config\n", sshKeys=[key.key]))
    assert made.key.isdigit()
    assert hosts[made.key] == {"hostname": "web", "user_data": "#cloud-config\n", "keys": [ED25519], "on": True}


def test_servers_are_listed_by_their_labels_as_the_schema_says(hcloud: Asking) -> None:
    made = hcloud.create(SERVER, server(labels={"petbase": "prod"}))
    hcloud.create(SERVER, server(name="other"))
    token = "hcloud:index/getServers:getServers"
    answer = hcloud.invoke(token, {"withSelector": "petbase=prod"})
    assert list(load("hcloud").problems(load("hcloud").functions[token]["outputs"], [], answer)) == []
    assert [(one["id"], one["name"]) for one in answer["servers"]] == [(int(made.key), "web")]
    assert len(hcloud.invoke(token, {})["servers"]) == 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"serverType": "cx99"}, r"^server type cx99 not found$"),
        ({"image": "debian-99"}, r"^image debian-99 for architecture x86 not found$"),
        ({"location": "ber1"}, r"^invalid input in field 'location' \(invalid_input, "),
        ({"serverType": "cax11", "location": "ash"}, r"^unsupported location for server type \(invalid_input, "),
        ({"sshKeys": ["nobody"]}, r"^SSH key not found: nobody$"),
        ({"firewallIds": [1]}, r"^firewall with ID '1' not found \(not_found, "),
    ],
)
def test_what_hetzner_does_not_have_is_refused(
    hcloud: Asking, hosts: dict[str, dict[str, Any]], wrong: State, message: str
) -> None:
    with pytest.raises(ApiError, match=message):
        hcloud.create(SERVER, server(**wrong))
    assert hosts == {}


def test_two_servers_of_one_name_are_refused(hcloud: Asking) -> None:
    hcloud.create(SERVER, server())
    with pytest.raises(ApiError, match=r"^server name is already used \(uniqueness_error, "):
        hcloud.create(SERVER, server())


def test_labels_change_in_place(hcloud: Asking, hosts: dict[str, dict[str, Any]]) -> None:
    made = hcloud.create(SERVER, server())
    assert hcloud.diff(SERVER, made, server(labels={"a": "b"})).replaces == []
    assert hcloud.update(SERVER, made, server(labels={"a": "b"})).state["status"] == "running"
    assert list(hosts) == [made.key]


def test_a_new_type_powers_the_server_off_and_never_on_again(hcloud: Asking, hosts: dict[str, dict[str, Any]]) -> None:
    made = hcloud.create(SERVER, server())
    changed = hcloud.update(SERVER, made, server(serverType="cx33"))
    assert changed.state["status"] == "off"
    assert hosts[made.key]["on"] is False


def test_a_new_type_brings_its_disk_and_then_there_is_no_way_back(hcloud: Asking) -> None:
    made = hcloud.create(SERVER, server())
    grown = hcloud.update(SERVER, made, server(serverType="cx33"))
    assert grown.state["primaryDiskSize"] == 80
    with pytest.raises(
        ApiError, match=r"^cannot change type because the selected server_type has not sufficient disk "
    ):
        hcloud.update(SERVER, grown, server(serverType="cx23"))


def test_a_kept_disk_is_a_way_back(hcloud: Asking) -> None:
    made = hcloud.create(SERVER, server(keepDisk=True))
    grown = hcloud.update(SERVER, made, server(serverType="cx33", keepDisk=True))
    assert grown.state["primaryDiskSize"] == 40
    back = hcloud.update(SERVER, grown, server(keepDisk=True))
    assert (back.state["serverType"], back.state["primaryDiskSize"]) == ("cx23", 40)


def test_a_kept_disk_alone_stops_nothing(hcloud: Asking, hosts: dict[str, dict[str, Any]]) -> None:
    made = hcloud.create(SERVER, server())
    changed = hcloud.update(SERVER, made, server(keepDisk=True))
    assert (changed.state["status"], hosts[made.key]["on"]) == ("running", True)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("cx99", r"^server type cx99 not found$"),
        ("cax21", r"^the server type does not fit for the given server \(invalid_server_type, "),
        ("cpx21", r"^unsupported location for server type \(invalid_input, "),
        ("cx43", r"^the requested resource is currently unavailable \(resource_unavailable, "),
    ],
)
def test_a_type_that_is_refused_leaves_the_server_off_with_its_old_type(
    hcloud: Asking, hosts: dict[str, dict[str, Any]], wanted: str, message: str
) -> None:
    sold_out(hcloud.provider.world, "cx43")
    made = hcloud.create(SERVER, server())
    with pytest.raises(ApiError, match=message):
        hcloud.update(SERVER, made, server(serverType=wanted))
    found = hcloud.read(SERVER, made.key, made)
    assert found
    assert (found.state["serverType"], found.state["status"], hosts[made.key]["on"]) == ("cx23", "off", False)


@pytest.mark.parametrize("name", ["image", "location", "userData"])
def test_what_replaces_a_server(hcloud: Asking, name: str) -> None:
    made = hcloud.create(SERVER, server(userData="a"))
    new = server(userData="a") | {name: {"image": "debian-13", "location": "fsn1", "userData": "b"}[name]}
    assert hcloud.diff(SERVER, made, new).replaces == [name]


def test_a_named_server_is_deleted_before_its_replacement_is_made(hcloud: Asking) -> None:
    made = hcloud.create(SERVER, server())
    assert hcloud.diff(SERVER, made, server(image="debian-13")).delete_before_replace is True


def test_a_server_without_a_name_is_replaced_the_other_way_round(hcloud: Asking) -> None:
    unnamed = {name: value for name, value in server().items() if name != "name"}
    made = hcloud.create(SERVER, unnamed)
    assert hcloud.diff(SERVER, made, unnamed | {"image": "debian-13"}).delete_before_replace is False


def test_a_server_whose_host_is_gone_reads_as_gone(hcloud: Asking, hosts: dict[str, dict[str, Any]]) -> None:
    made = hcloud.create(SERVER, server())
    hosts.clear()
    assert hcloud.read(SERVER, made.key, made) is None


def test_a_server_that_does_not_boot_leaves_nothing(hcloud: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    address, net = with_address(hcloud)
    monkeypatch.setattr(CountedHosts, "fail", True)
    with pytest.raises(ApiError, match=r"^the sandbox could not boot host 1: no$"):
        hcloud.create(SERVER, server(**net))
    cloud = hcloud.provider.world.cloud
    assert cloud.all(SERVER) == {}
    assert cloud.all(PRIMARY_IP)[address.key]["assigneeId"] == 0


def test_a_protected_server_is_not_deleted(hcloud: Asking, hosts: dict[str, dict[str, Any]]) -> None:
    made = hcloud.create(SERVER, server(deleteProtection=True))
    with pytest.raises(ApiError, match=r"^server deletion is protected \(protected, "):
        hcloud.delete(SERVER, made)
    assert list(hosts) == [made.key]


def test_user_data_has_a_limit(hcloud: Asking) -> None:
    assert hcloud.check(SERVER, server(userData="x" * 32768))[1] == []
    assert hcloud.check(SERVER, server(userData="x" * 32769))[1] == ["userData: is longer than 32768 bytes"]


# Lookups


def test_what_hetzner_offers_can_be_looked_up(hcloud: Asking) -> None:
    kinds = hcloud.invoke("hcloud:index/getServerTypes:getServerTypes", {})["serverTypes"]
    assert {"cx23", "cax11", "cx33"} <= {kind["name"] for kind in kinds}
    kind = next(kind for kind in kinds if kind["name"] == "cax11")
    assert (kind["cores"], kind["memory"], kind["disk"], kind["architecture"]) == (2, 4, 40, "arm")
    assert [place["name"] for place in kind["locations"]] == ["fsn1", "nbg1", "hel1"]
    places = hcloud.invoke("hcloud:index/getLocations:getLocations", {})["names"]
    assert places == ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"]
    image = hcloud.invoke("hcloud:index/getImage:getImage", {"name": "ubuntu-24.04", "withArchitecture": "arm"})
    assert (image["osFlavor"], image["osVersion"], image["architecture"]) == ("ubuntu", "24.04", "arm")


def test_looking_up_what_is_not_offered_says_so(hcloud: Asking) -> None:
    with pytest.raises(ApiError, match=r"^resource \(image\) was not found: name=debian-99$"):
        hcloud.invoke("hcloud:index/getImage:getImage", {"name": "debian-99"})
