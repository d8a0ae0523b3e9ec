"""resize: what is in the way, said before anything stops, and the real Pulumi CLI's words. Hosts are counted here."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from operate.core.errors import PetbaseError, RefusedError
from operate.hetzner import api as hetzner_api
from operate.hetzner.api import Hetzner
from operate.hetzner.resize import Resize
from operate.stack import engine, pulumi_cli, stack_files
from operate.stack.deployment import Step
from sandbox.engine.environment import HCLOUD_TOKEN
from sandbox.providers.cloud import Cloud
from sandbox.providers.hcloud.api import Project, serving
from sandbox.providers.hcloud.server import Server
from tests.sandbox.providers.test_hcloud import CountedHosts
from tests.support.operate import Petbase, Pulumi

URN = "urn:pulumi:test::petbase::petbase:server:Server$hcloud:index/server:Server::test"
OTHER = "urn:pulumi:test::petbase::petbase:app:App$command:remote:Command::blog"
NUMBER = "4711"
# What CLI 3.259.0 printed for a changed type, shortened.
DIGEST = {
    "steps": [
        {"op": "same", "urn": "urn:pulumi:test::petbase::pulumi:pulumi:Stack::petbase-test"},
        {
            "op": "update",
            "urn": URN,
            "newState": {"type": "hcloud:index/server:Server", "inputs": {"serverType": "cx33", "keepDisk": True}},
            "diffReasons": ["keepDisk", "serverType"],
            "detailedDiff": {"serverType": {"kind": "update", "inputDiff": True}},
        },
    ],
    "changeSummary": {"same": 21, "update": 1},
}


@dataclass
class Planned:
    """Stands in for the engine: previews what it was told, and notes what it was asked for."""

    steps: Sequence[Step] = ()
    asked: list[str] = field(default_factory=list)

    def preview(self) -> list[Step]:
        return list(self.steps)

    def up(self) -> None:
        self.asked.append("up")

    def refresh(self, urn: str) -> None:
        self.asked.append(f"refresh {urn}")
        self.steps = ()


def typed(**inputs: Any) -> Step:
    return Step("update", URN, frozenset({"serverType", *inputs}), inputs)


@dataclass
class Account:
    """A pretend project with one server, `petbase-test`, and the way to it."""

    root: Path
    project: Project
    hetzner: Hetzner
    checkout: Path
    deployment: Planned = field(default_factory=Planned)

    def wants(self, kind: str, *steps: Step) -> Resize:
        server = {"type": kind, "authorized-keys": []}
        estate = {"petbase:estate": {"server": server}}
        (self.checkout / "Pulumi.test.yaml").write_text(json.dumps({"config": estate}))
        self.deployment = Planned(steps)
        return Resize("test", NUMBER, self.hetzner, self.deployment)

    def server(self, **more: Any) -> None:
        held = {"name": "petbase-test", "serverType": "cx23", "location": "nbg1", "primaryDiskSize": 40, **more}
        Cloud(self.root, "hcloud").put(Server.token, NUMBER, held)
        CountedHosts.running[NUMBER] = {"on": True}


@pytest.fixture
def account(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr(Server, "hosts", CountedHosts)
    CountedHosts.running.clear()
    with serving(tmp_path) as (address, project):
        found = Account(tmp_path, project, Hetzner(HCLOUD_TOKEN, address, 0.01), checkout)
        found.server()
        yield found


def test_a_type_that_stays_is_no_change(account: Account) -> None:
    machine, change = account.wants("cx23").plan()
    assert change is None
    assert (machine.name, machine.runs, machine.disk, machine.kind.name) == ("petbase-test", True, 40, "cx23")
    assert account.project.commands == []


def test_the_disk_stays_only_where_the_program_says_so(account: Account) -> None:
    for inputs, disk in (({"keepDisk": True}, 40), ({}, 80), ({"keepDisk": False}, 80)):
        change = account.wants("cx33", typed(**inputs)).plan()[1]
        assert change
        assert (change.kind.name, change.disk) == ("cx33", disk)


def test_the_system_shuts_down_before_the_type_changes(account: Account) -> None:
    job = account.wants("cx33", typed(keepDisk=True))
    machine, change = job.plan()
    assert change
    job.run(change)
    assert account.project.commands == ["shutdown_server"]
    assert account.deployment.asked == ["up"]
    assert not account.hetzner.machine(NUMBER).runs
    job.power(account.hetzner.machine(NUMBER))
    assert account.project.commands == ["shutdown_server", "poweron_server"]
    assert machine.runs
    job.power(account.hetzner.machine(NUMBER))
    assert account.project.commands == ["shutdown_server", "poweron_server"]


def test_a_change_that_hetzner_made_already_is_not_asked_for_again(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    """The provider would cut the power and ask for the type that the server has."""
    account.server(serverType="cx33")
    machine, change = account.wants("cx33", typed()).plan()
    assert change is None
    assert machine.kind.name == "cx33"
    assert account.deployment.asked == [f"refresh {URN}"]
    assert "petbase-test is a cx33 already, which the state does not know yet\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("steps", "named"),
    [
        ((typed(), Step("create", OTHER, frozenset(), {})), "create Command blog"),
        ((typed(), Step("update", OTHER, frozenset({"update"}), {})), "update Command blog (update)"),
        ((typed(labels={}),), "server.labels"),
    ],
)
def test_other_edits_come_first(account: Account, steps: Sequence[Step], named: str) -> None:
    with pytest.raises(RefusedError) as refused:
        account.wants("cx33", *steps).plan()
    assert str(refused.value) == (
        f"The stack file changes more than the server's type: {named}. No command reaches a server that is off, so "
        "bring these up first: type: cx23, pulumi up --stack test, then this again."
    )


@pytest.mark.parametrize(
    ("wanted", "server", "said"),
    [
        ("cx99", {}, 'Hetzner has no server type "cx99"; change server.type in the stack file.'),
        (
            "cax21",
            {},
            "cax21 is arm and petbase-test is x86; no server changes that. Make a new one, and bring the dump there: "
            "docs/growing.md",
        ),
        ("cpx21", {}, "cpx21 is not available in nbg1; it is in ash, hil, sin."),
        (
            "cx23",
            {"serverType": "cx33", "primaryDiskSize": 80},
            "cx23 has a disk of 40 GB, and petbase-test has one of 80 GB, which cannot shrink. Choose a type with as "
            "much.",
        ),
    ],
)
def test_what_hetzner_would_refuse_is_said_while_the_server_runs(
    account: Account, wanted: str, server: dict[str, Any], said: str
) -> None:
    account.server(**server)
    with pytest.raises(RefusedError) as refused:
        account.wants(wanted, typed()).plan()
    assert str(refused.value) == said
    assert account.project.commands == []


def test_a_state_that_knows_another_type_is_not_trusted(account: Account) -> None:
    with pytest.raises(RefusedError) as refused:
        account.wants("cx33").plan()
    assert str(refused.value) == (
        "petbase-test is a cx23, and the state says cx33, so the program would change nothing. Run: pulumi refresh, "
        "then this again"
    )


def test_a_server_of_ones_own_is_not_resized_here(account: Account) -> None:
    job = account.wants("cx23")
    estate = {"server": {"host": "203.0.113.10"}}
    (account.checkout / "Pulumi.test.yaml").write_text(json.dumps({"config": {"petbase:estate": estate}}))
    with pytest.raises(RefusedError) as refused:
        job.plan()
    assert str(refused.value) == (
        "203.0.113.10 was not made by the stack test; resize it where you rent it. Nothing else has to change."
    )


def test_a_server_that_does_not_shut_down_is_left_alone(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CountedHosts, "power", lambda *_, **__: None)
    monkeypatch.setattr(hetzner_api, "_SHUTDOWN_SECONDS", 0.05)
    job = account.wants("cx33", typed())
    change = job.plan()[1]
    assert change
    with pytest.raises(PetbaseError, match=r"^petbase-test was asked to shut down and still runs after 0 s; nothing"):
        job.run(change)
    assert account.deployment.asked == []


def test_a_server_that_is_gone_and_a_wrong_token_are_sentences(account: Account) -> None:
    with pytest.raises(PetbaseError) as problem:
        account.hetzner.machine("99")
    assert str(problem.value) == ("Hetzner knows no server 99: it is of another project, or gone. Look: pulumi refresh")
    with serving(account.root) as (address, project):
        wrong = Hetzner("x" * 64, address, 0.01)
        for ask in (lambda: wrong.machine(NUMBER), lambda: wrong.power_on(account.hetzner.machine(NUMBER))):
            with pytest.raises(PetbaseError) as problem:
                ask()
            assert str(problem.value) == "Hetzner refuses HCLOUD_TOKEN; make one with Read & Write: docs/tokens.md"
        assert project.commands == []


def test_an_api_that_is_not_there_is_a_sentence(account: Account) -> None:
    with serving(account.root) as (address, _):
        pass
    with pytest.raises(PetbaseError) as problem:
        Hetzner(HCLOUD_TOKEN, address, 0.01).machine(NUMBER)
    assert str(problem.value) == "Hetzner's API was not reached (ConnectionError); is this machine online?"


# The token


def test_without_a_token_nothing_is_begun(
    petbase: Petbase, pulumi: Pulumi, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HCLOUD_TOKEN", raising=False)
    ran = petbase("resize")
    assert pulumi.seen["argv"][-4:] == ["get", "hcloud:token", "--stack", "test"]
    assert (ran.code, ran.err) == (2, "petbase: HCLOUD_TOKEN is not set, so Hetzner cannot be asked; docs/tokens.md\n")
    assert account.project.commands == []


def test_the_token_comes_from_the_environment_first(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pulumi_cli, "secret", lambda *asked: HCLOUD_TOKEN if asked == ("test", "hcloud:token") else None
    )
    monkeypatch.delenv("HCLOUD_TOKEN", raising=False)
    with serving(account.root) as (address, _):
        monkeypatch.setattr(hetzner_api, "ENDPOINT", address)
        with hetzner_api.opened("test") as found:
            assert found.machine(NUMBER).runs
        monkeypatch.setenv("HCLOUD_TOKEN", "x" * 64)
        with hetzner_api.opened("test") as found, pytest.raises(PetbaseError, match=r"^Hetzner refuses HCLOUD_TOKEN; "):
            found.machine(NUMBER)


# The Pulumi CLI


@pytest.fixture
def cli(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the CLI that answers with what lies beside it, and its folder."""
    folder = tmp_path / "cli"
    folder.mkdir()
    (folder / "pulumi").write_text(
        f'#!/bin/sh\necho "$*" >>{folder}/seen\ncat {folder}/out\nexit $(cat {folder}/code)\n'
    )
    (folder / "pulumi").chmod(0o755)
    (folder / "out").write_text(json.dumps(DIGEST))
    (folder / "code").write_text("0")
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    assert checkout
    return folder


def test_a_preview_of_the_cli_is_its_steps(cli: Path) -> None:
    assert engine.of("test").preview() == [
        Step("update", URN, frozenset({"keepDisk", "serverType"}), {"serverType": "cx33", "keepDisk": True})
    ]
    base = f"--non-interactive --color never --cwd {stack_files.CHECKOUT}"
    assert (cli / "seen").read_text() == f"{base} preview --json --stack test\n"


def test_up_and_refresh_ask_nothing_and_preview_nothing(cli: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (cli / "out").write_text("updating\n")
    engine.of("test").up()
    engine.of("test").refresh(URN)
    base = f"--non-interactive --color never --cwd {stack_files.CHECKOUT}"
    assert (cli / "seen").read_text().splitlines() == [
        f"{base} up --yes --skip-preview --stack test",
        f"{base} refresh --yes --skip-preview --target {URN} --stack test",
    ]
    assert capfd.readouterr() == ("", "updating\nupdating\n")


def test_a_part_and_the_end_are_the_clis_own_words(cli: Path, capfd: pytest.CaptureFixture[str]) -> None:
    engine.of("test").up_only([URN], {"PETBASE_UNLOCK": "db-backups"})
    engine.of("test").destroy([URN])
    engine.of("test").destroy()
    base = f"--non-interactive --color never --cwd {stack_files.CHECKOUT}"
    unprotect = f"{base} state unprotect --all --yes --stack test"
    destroy = f"{base} destroy --yes --exclude-protected --stack test"
    assert (cli / "seen").read_text().splitlines() == [
        f"{base} up --yes --skip-preview --target={URN} --stack test",
        unprotect,
        f"{base} state protect --yes {URN} --stack test",
        destroy,
        unprotect,
        destroy,
    ]
    assert capfd.readouterr().out == ""


def test_a_preview_that_fails_says_why(cli: Path) -> None:
    (cli / "code").write_text("255")
    said = [{"severity": "error", "message": "the stack file has 1 problem\n"}, {"severity": "info", "message": "x"}]
    (cli / "out").write_text(json.dumps({"diagnostics": said}))
    with pytest.raises(PetbaseError, match=r"^The preview failed: the stack file has 1 problem$"):
        engine.of("test").preview()
    with pytest.raises(PetbaseError, match=r"^pulumi up failed; see its message above\.$"):
        engine.of("test").up()
