"""resize, end to end: the real program, engine and hosts, and a stand-in for Hetzner's API."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from operate.hetzner.api import Hetzner
from sandbox import workspace
from sandbox.host.machine import Machine
from sandbox.providers.cloud import Cloud
from sandbox.providers.hcloud import api, resizing
from sandbox.providers.hcloud.server import Server
from sandbox.providers.resource import World
from tests.support.operate import Petbase
from tests.support.pulumi.own_sandbox import REAL, STACK_FILE, own_sandbox

# Makes a separate sandbox; the verb's rules are in tests/operate/hetzner/test_resize.py, in every run.
pytestmark = pytest.mark.soak


@dataclass
class Made:
    """A sandbox under `root` whose stack file a test may change, and what Hetzner's API was asked to do."""

    root: Path
    checkout: Path
    asked: list[str] = field(default_factory=list)

    def type(self, name: str, more: str = "") -> None:
        text = (REAL / STACK_FILE).read_text().replace("    server:\n", f"    server:\n      type: {name}\n", 1)
        (self.checkout / STACK_FILE).write_text(text + more)

    @property
    def machine(self) -> Machine:
        return Machine.all(self.root)[0]

    @property
    def server(self) -> dict[str, Any]:
        (found,) = Cloud(self.root, "hcloud").all(Server.token).values()
        return found

    def up(self) -> None:
        """What plain `pulumi up` does."""
        workspace.opened(self.root, lambda _: None).up()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Made]:
    """Made once, with a dump's worth of database."""
    with pytest.MonkeyPatch.context() as patch, own_sandbox() as (root, checkout):
        found = Made(root, checkout)
        found.type("cx23")
        workspace.prepare(found.root, lambda _: None).up()
        answer = api.Project.answer

        def heard(
            project: api.Project, method: str, path: str, query: dict[str, Any], body: dict[str, Any]
        ) -> api.Answer:
            if method == "POST":
                found.asked.append(path.rpartition("/")[2])
            return answer(project, method, path, query, body)

        patch.setattr(api.Project, "answer", heard)
        yield found


@pytest.fixture
def made(sandbox: Made, monkeypatch: pytest.MonkeyPatch) -> Made:
    """The sandbox, its server on, of type cx23 with the disk that it began with; there is no terminal."""
    monkeypatch.setattr(sys, "stdin", StringIO(""))
    sandbox.type("cx23")
    with Cloud(sandbox.root, "hcloud").change() as content:
        for held in content["things"][Server.token].values():
            held.update(serverType="cx23", primaryDiskSize=40)
        content["sold_out"] = []
    workspace.opened(sandbox.root, lambda _: None).refresh()
    sandbox.machine.start(boot_delay_seconds=0)
    sandbox.machine.wait_until_ssh()
    sandbox.asked.clear()
    return sandbox


def test_the_server_gets_its_type_and_its_power_back(petbase: Petbase, made: Made) -> None:
    made.type("cx33")
    ran = petbase("resize", "--stack", "sandbox", "--yes")
    assert ran.code == 0, ran.err
    assert made.asked == ["shutdown", "poweron"]
    assert (made.server["serverType"], made.machine.is_running()) == ("cx33", True)
    rows = dict(line.strip().split(maxsplit=1) for line in ran.out.splitlines())
    assert rows["type"] == "cx23 (2 vCPU, 4 GB) -> cx33 (4 vCPU, 8 GB)"
    assert rows["answers"] == "SSH, Dokku, PostgreSQL"
    assert rows["dump"].startswith("postgres-db-")
    assert "stops    db, " in ran.err
    again = petbase("resize", "--stack", "sandbox", "--yes")
    assert again.code == 0
    assert again.err.splitlines()[-1] == (
        "Nothing was to be done. For another type: server.type in the stack file, then this again."
    )
    assert "stood" not in again.out
    assert made.asked == ["shutdown", "poweron"]


def test_without_an_answer_nothing_stops(petbase: Petbase, made: Made) -> None:
    made.type("cx33")
    ran = petbase("resize", "--stack", "sandbox")
    assert ran.code == 2
    assert ran.err.endswith("petbase: Cancelled: there was no answer. Nothing was changed. In a script: --yes\n")
    assert (made.asked, made.machine.is_running()) == ([], True)


def test_after_a_plain_up_it_powers_on(petbase: Petbase, made: Made) -> None:
    made.type("cx33")
    made.up()
    assert not made.machine.is_running()
    ran = petbase("resize", "--stack", "sandbox")
    assert ran.code == 0, ran.err
    assert made.asked == ["poweron"]
    assert "dump" not in ran.out


def test_cut_off_behind_the_shutdown_the_next_run_finishes(
    petbase: Petbase, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.type("cx33")
    whole = Hetzner.shut_down

    def cut(account: Hetzner, machine: Any) -> None:
        whole(account, machine)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Hetzner, "shut_down", cut)
        ran = petbase("resize", "--stack", "sandbox", "--yes", "--no-safety-dump")
    assert (ran.code, ran.err.splitlines()[-1]) == (
        1,
        "petbase: Interrupted; petbase-sandbox may be off. To finish it: ./petbase resize --stack sandbox",
    )
    assert not made.machine.is_running()
    ran = petbase("resize", "--stack", "sandbox", "--yes")
    assert ran.code == 0, ran.err
    assert made.asked == ["shutdown", "poweron"]
    assert (made.server["serverType"], made.machine.is_running()) == ("cx33", True)
    assert "The server is off, so no dump can be made now; its disk is not touched." in ran.err


def test_a_type_that_is_sold_out_gives_the_power_back(petbase: Petbase, made: Made) -> None:
    resizing.sold_out(World(made.root, Cloud(made.root, "hcloud")), "cx43")
    made.type("cx43")
    ran = petbase("resize", "--stack", "sandbox", "--yes", "--no-safety-dump")
    assert ran.code == 1
    assert "the requested resource is currently unavailable (resource_unavailable, " in ran.err
    assert ran.err.endswith(
        "\npetbase-sandbox is on again, as cx23. Another type may be to be had: change server.type, and run this "
        "again.\n"
    )
    assert made.asked == ["shutdown", "poweron"]
    assert made.machine.is_running()
