"""doctor --repair, end to end: the real program and engine, on the sandbox's server."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from operate.stack import pulumi_cli
from sandbox import workspace
from sandbox.host.machine import Machine
from tests.support.operate import Petbase, Ran
from tests.support.pulumi.own_sandbox import STACK_FILE, own_sandbox

# Makes a separate sandbox; what doctor finds and says is in every run.
pytestmark = pytest.mark.soak

HERE = ["--stack", "sandbox"]


@dataclass(frozen=True)
class Made:
    """A sandbox under `root`, its stack file in `checkout`."""

    root: Path
    checkout: Path

    def does(self, *words: str) -> str:
        done = Machine.all(self.root)[0].run(words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def generation(self) -> int | None:
        return pulumi_cli.number("sandbox", "petbase:estate.generation")


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    """Made once, brought up."""
    with own_sandbox() as (root, checkout):
        workspace.prepare(root, lambda _: None).up()
        yield Made(root, checkout)


@pytest.fixture(autouse=True)
def _no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def _bad(ran: Ran) -> set[str]:
    return {one["about"] for one in json.loads(ran.out)["findings"] if one["level"] == "bad"}


def test_what_was_broken_by_hand_is_right_again(petbase: Petbase, made: Made) -> None:
    assert _bad(petbase("doctor", *HERE, "--json")) == set()
    made.does("dokku", "domains:remove", "fruits", "fruits.localhost")
    made.does("dokku", "postgres:backup-unschedule", "db")
    made.does("dokku", "config:unset", "--no-restart", "notes", "DATABASE_URL")
    made.does("systemctl", "disable", "--now", "petbase-check-db.timer")
    broken = {"app fruits", "app notes", "schedule", "timer check"}
    assert _bad(petbase("doctor", *HERE, "--json")) == broken
    ran = petbase("doctor", *HERE, "--repair", "--yes")
    assert ran.code == 0
    assert "generation 1 becomes 2 in the stack file of sandbox" in ran.err
    assert made.generation == 2
    assert _bad(petbase("doctor", *HERE, "--json")) == set()


def test_a_dump_a_drill_and_a_copy_make_all_of_it_well(petbase: Petbase, made: Made) -> None:
    assert made.root.is_dir()
    assert petbase("backup", *HERE).code == 0
    drilled = petbase("drill", *HERE)
    assert drilled.code == 0, drilled.err
    assert petbase("copy", *HERE).code == 0
    ran = petbase("doctor", *HERE, "--json")
    levels = {one["level"] for one in json.loads(ran.out)["findings"]}
    assert (ran.code, levels) == (0, {"well", "hint"}), ran.out  # apps were not pushed, no alert is set up
    listed = json.loads(petbase("backups", *HERE, "--json").out)["dumps"]
    assert [(one["verified"], one["counts_as"]) for one in listed] == [(True, ["daily", "weekly", "monthly"])]
    assert listed[0]["copy"] == f"verified/{listed[0]['key']}"


def test_without_an_answer_nothing_runs(petbase: Petbase, made: Made) -> None:
    before = made.generation
    ran = petbase("doctor", *HERE, "--repair")
    assert ran.code == 2
    assert ran.err.endswith("petbase: Cancelled: there was no answer. Nothing was changed. In a script: --yes\n")
    assert made.generation == before


def test_an_edit_that_takes_something_away_is_not_made_on_the_way(petbase: Petbase, made: Made) -> None:
    file = made.checkout / STACK_FILE
    text = file.read_text()
    edited = text.replace("      tasks: {}", "      others: {}")
    assert edited != text
    file.write_text(edited)
    try:
        ran = petbase("doctor", *HERE, "--repair", "--yes")
    finally:
        file.write_text(text)
    assert ran.code == 2
    assert "petbase: The stack file holds edits that take something away, so nothing was done: delete " in ran.err
    assert "Bring them up by themselves first: ./petbase sandbox up" in ran.err
    assert made.generation in (1, 2)
    assert "tasks" in made.does("dokku", "--quiet", "apps:list")
