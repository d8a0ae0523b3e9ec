"""requirements*.txt: every package of requirements*.in and what it needs in turn, each with its version and hashes."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[a-z]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    text = (CHECKOUT / name).read_text()
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in _PIN.findall(text)}


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_a_lock_holds_what_is_asked_for(name: str) -> None:
    asked = pins(f"{name}.in")
    assert len(asked) > 5
    assert asked.items() <= pins(f"{name}.txt").items(), "run: make lock"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_of_a_lock_has_a_hash(name: str) -> None:
    text = (CHECKOUT / name).read_text().replace("\\\n", " ")
    assert [line for line in text.splitlines() if "--hash=sha256:" not in line] == []


def test_the_tools_do_not_change_what_the_program_runs_with() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()
