"""open-ssh and close-ssh: one address, one separate firewall, gone afterwards. Hetzner is a stand-in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from operate.hetzner import api as hetzner_api
from operate.hetzner import ssh_firewall
from sandbox.engine.environment import HCLOUD_TOKEN
from sandbox.providers.cloud import Cloud
from sandbox.providers.hcloud.api import serving
from sandbox.providers.hcloud.network import Firewall
from sandbox.providers.hcloud.server import Server
from tests.components.estates import KEY, estate
from tests.sandbox.providers.test_hcloud import CountedHosts
from tests.support.operate import Petbase
from tests.support.pulumi.providers import account as provider
from tests.support.servers.accounts import serving as answering

NUMBER = "4711"
HOME = "198.51.100.0/24"


@dataclass
class Project:
    """A pretend project with one server of the stack `test`, and the stack's own firewall."""

    root: Path
    checkout: Path

    def narrow(self, *networks: str, **server: Any) -> None:
        held = estate(server={"authorized-keys": [KEY], "ssh-from": list(networks), **server})
        (self.checkout / "Pulumi.test.yaml").write_text(yaml.safe_dump({"config": {"petbase:estate": held}}))

    @property
    def firewalls(self) -> dict[str, dict[str, Any]]:
        return {held["name"]: held for held in Cloud(self.root, "hcloud").all(Firewall.token).values()}

    def seen(self) -> list[int]:
        held = Cloud(self.root, "hcloud").all(Server.token)[NUMBER]
        found = provider(self.root, "hcloud").read(Server.token, NUMBER, None)
        assert found
        assert held["firewallIds"] == [1]
        return list(found.state["firewallIds"])


@pytest.fixture
def project(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.setattr(Server, "hosts", CountedHosts)
    CountedHosts.running.clear()
    cloud = Cloud(tmp_path, "hcloud")
    cloud.put(Firewall.token, "1", {"name": "petbase-test", "rules": [], "labels": {"petbase": "test"}})
    server = {"name": "petbase-test", "serverType": "cx23", "location": "nbg1", "primaryDiskSize": 40}
    cloud.put(Server.token, NUMBER, {**server, "labels": {"petbase": "test"}, "firewallIds": [1]})
    CountedHosts.running[NUMBER] = {"on": True}
    monkeypatch.setenv("HCLOUD_TOKEN", HCLOUD_TOKEN)
    with serving(tmp_path) as (address, _):
        monkeypatch.setattr(hetzner_api, "ENDPOINT", address)
        found = Project(tmp_path, checkout)
        found.narrow(HOME)
        yield found


def test_one_address_is_let_in_by_a_separate_firewall(petbase: Petbase, project: Project) -> None:
    before = project.firewalls
    ran = petbase("open-ssh", "--for", "203.0.113.7")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert ran.err == (
        "SSH to petbase-test is open for 203.0.113.7. To close it: ./petbase close-ssh --stack test --for 203.0.113.7\n"
    )
    made = project.firewalls.pop("petbase-test-ssh-203-0-113-7")
    assert made["rules"] == [
        {
            "direction": "in",
            "protocol": "tcp",
            "port": "22",
            "source_ips": ["203.0.113.7/32"],
            "description": "SSH for a run",
        }
    ]
    assert (made["labels"], made["appliedTo"]) == ({"petbase-ssh": "test"}, [int(NUMBER)])
    assert project.firewalls["petbase-test"] == before["petbase-test"]


def test_a_second_time_opens_nothing_more(petbase: Petbase, project: Project) -> None:
    petbase("open-ssh", "--for", "203.0.113.7")
    before = project.firewalls
    assert petbase("open-ssh", "--for", "203.0.113.7").code == 0
    assert project.firewalls == before


def test_a_firewall_that_was_made_and_not_applied_is_applied(petbase: Petbase, project: Project) -> None:
    petbase("open-ssh", "--for", "203.0.113.7")
    cloud = Cloud(project.root, "hcloud")
    (key,) = (key for key, held in cloud.all(Firewall.token).items() if "-ssh-" in held["name"])
    cloud.put(Firewall.token, key, {**cloud.all(Firewall.token)[key], "appliedTo": []})
    petbase("open-ssh", "--for", "203.0.113.7")
    assert project.firewalls["petbase-test-ssh-203-0-113-7"]["appliedTo"] == [int(NUMBER)]


def test_a_refresh_sees_the_opening_and_nothing_of_it_afterwards(petbase: Petbase, project: Project) -> None:
    assert project.seen() == [1]
    petbase("open-ssh", "--for", "203.0.113.7")
    assert len(project.seen()) == 2
    ran = petbase("close-ssh", "--for", "203.0.113.7")
    assert (ran.code, ran.err) == (0, "closed: petbase-test-ssh-203-0-113-7\n")
    assert project.seen() == [1]
    assert list(project.firewalls) == ["petbase-test"]


def test_closing_again_finds_nothing(petbase: Petbase, project: Project) -> None:
    before = project.firewalls
    ran = petbase("close-ssh", "--for", "203.0.113.7")
    assert (ran.code, ran.err) == (0, "Nothing was open.\n")
    assert project.firewalls == before


def test_what_is_old_is_closed_for_whomever_and_what_is_young_or_another_stack_s_stays(
    petbase: Petbase, project: Project
) -> None:
    cloud = Cloud(project.root, "hcloud")
    petbase("open-ssh", "--for", "203.0.113.7")
    for key, stack in (("2", "test"), ("3", "other")):
        old = {"name": f"petbase-{stack}-ssh-old", "labels": {"petbase-ssh": stack}, "created": "2026-01-01T00:00:00Z"}
        cloud.put(Firewall.token, key, {**old, "rules": [], "appliedTo": [int(NUMBER)]})
    ran = petbase("close-ssh", "--older-than", "120")
    assert (ran.code, ran.err) == (0, "closed: petbase-test-ssh-old\n")
    assert set(project.firewalls) == {"petbase-test", "petbase-test-ssh-203-0-113-7", "petbase-other-ssh-old"}


@pytest.mark.parametrize(
    ("networks", "said"),
    [
        (["0.0.0.0/0", "::/0"], "Nothing to open: server.ssh-from lets everybody in.\n"),
        ([HOME, "203.0.113.0/24"], "Nothing to open: server.ssh-from lets 203.0.113.7 in.\n"),
    ],
)
def test_who_may_come_in_already_needs_no_token(
    petbase: Petbase, project: Project, monkeypatch: pytest.MonkeyPatch, networks: list[str], said: str
) -> None:
    monkeypatch.setenv("HCLOUD_TOKEN", "")
    project.narrow(*networks)
    ran = petbase("open-ssh", "--for", "203.0.113.7")
    assert (ran.code, ran.err) == (0, said)
    assert list(project.firewalls) == ["petbase-test"]


def test_a_server_of_ones_own_is_left_to_its_owner(petbase: Petbase, project: Project) -> None:
    held = {"host": "203.0.113.10", "host-key": KEY}
    project.narrow(HOME)
    held_estate = estate(server=held)
    (project.checkout / "Pulumi.test.yaml").write_text(yaml.safe_dump({"config": {"petbase:estate": held_estate}}))
    assert petbase("open-ssh").err == (
        "203.0.113.10 was not made by Petbase, so who comes in is settled where you rent it.\n"
    )
    assert petbase("close-ssh").err == "Nothing to close: the server was not made by Petbase.\n"


def test_before_the_first_up_there_is_nothing_to_open(petbase: Petbase, project: Project) -> None:
    Cloud(project.root, "hcloud").drop(Server.token, NUMBER)
    ran = petbase("open-ssh", "--for", "203.0.113.7")
    assert (ran.code, ran.err) == (
        0,
        "The stack test has no server yet. The first pulumi up must come from within server.ssh-from.\n",
    )
    assert list(project.firewalls) == ["petbase-test"]


def test_the_own_address_is_the_one_that_the_internet_sees(
    petbase: Petbase, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering() as internet:
        internet.says("/trace", 200, b"fl=1\nip=203.0.113.8\nloc=DE\n")
        monkeypatch.setattr(ssh_firewall, "WHO_AM_I", f"{internet.url}/trace")
        assert petbase("open-ssh").code == 0
        assert "petbase-test-ssh-203-0-113-8" in project.firewalls
        assert petbase("close-ssh").err == "closed: petbase-test-ssh-203-0-113-8\n"
        internet.says("/trace", 200, b"nothing of the kind\n")
        ran = petbase("open-ssh")
        assert (ran.code, ran.err) == (1, 'petbase: "" is not an address; write one like --for 203.0.113.7\n')


def test_an_address_that_cannot_be_known_or_read_is_said(
    petbase: Petbase, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_firewall, "WHO_AM_I", "http://127.0.0.1:9/trace")
    ran = petbase("open-ssh")
    assert ran.code == 1
    assert ran.err.endswith("say it: --for ADDRESS\n")
    assert (
        petbase("open-ssh", "--for", "me").err == 'petbase: "me" is not an address; write one like --for 203.0.113.7\n'
    )
    assert list(project.firewalls) == ["petbase-test"]


def test_a_bad_stack_file_opens_nothing(petbase: Petbase, project: Project) -> None:
    project.narrow("everywhere")
    ran = petbase("open-ssh", "--for", "203.0.113.7")
    assert ran.code == 1
    assert 'server.ssh-from.0: "everywhere" is not a network; write one like "203.0.113.7/32"' in ran.err
    assert list(project.firewalls) == ["petbase-test"]
