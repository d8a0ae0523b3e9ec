"""upgrade-database, end to end: from one major of PostgreSQL to another in a protected sandbox."""

import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from operate.stack import stack_files
from sandbox import workspace
from sandbox.engine.engine import EngineError
from tests.operate.whole.protected import protected_sandbox
from tests.support.operate import Petbase

# What the verb does on the server has its tests in tests/host/upgrade and tests/faults/database/test_upgrade.py.
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with protected_sandbox('{version: "16.14"}') as made:
        yield made


@pytest.fixture(autouse=True)
def no_terminal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no terminal."""
    assert root.exists()
    monkeypatch.setattr(sys, "stdin", StringIO(""))


def test_another_major_is_refused_in_the_stack_file_and_made_by_the_verb(petbase: Petbase, root: Path) -> None:
    file = stack_files.CHECKOUT / "Pulumi.sandbox.yaml"
    text = file.read_text()
    file.write_text(text.replace("16.14", "18.4"))
    with pytest.raises(EngineError) as caught:
        workspace.opened(root, lambda _: None).preview()
    assert (
        "database.version: 16.14 to 18.4 is another major version, which needs a dump, a new service and a restore; "
        'write "16.14", then: ./petbase upgrade-database 18.4'
    ) in str(caught.value)
    planned = petbase("plan", "--stack", "sandbox")
    assert (planned.code, "database.version: 16.14 to 18.4 is another major version" in planned.out) == (2, True)
    file.write_text(text)
    assert workspace.opened(root, lambda _: None).preview().total == 0
    unchanged = petbase("plan", "--stack", "sandbox")
    assert unchanged.out == "Stack sandbox, compared with what is deployed:\n\nNothing to do.\n"
    unanswered = petbase("upgrade-database")
    assert unanswered.code == 2
    assert unanswered.err.endswith(
        "app fruits not deployed\n"
        "app notes  not deployed\n"
        "app tasks  not deployed\n"
        "old data   whole, in the stopped service db-before-18, until --drop-old\n"
        "Type db to upgrade it: \npetbase: Cancelled: there was no answer. Nothing was changed. In a script: --yes\n"
    )
    ran = petbase("upgrade-database", "--yes")
    assert ran.code == 0, ran.err
    rows = dict(line.strip().split(maxsplit=1) for line in ran.out.splitlines())
    assert (rows["service"], rows["version"]) == ("db", "PostgreSQL 18.4")
    assert rows["compared"] == "0 rows in 0 tables, sequences, schema: the same"
    assert rows["dump"].startswith("postgres-db-")
    held = (root / "project/Pulumi.sandbox.yaml").read_text()
    assert ("18.4" in held, "16.14" in held) == (True, False)
    assert workspace.opened(root, lambda _: None).preview().total == 0


def test_dumps_and_drills_of_the_new_major_are_well(petbase: Petbase) -> None:
    assert petbase("backup").code == 0
    drilled = petbase("drill", "--json")
    assert (drilled.code, json.loads(drilled.out)["version"].split()[0]) == (0, "18.4")
    again = petbase("upgrade-database")
    assert (again.code, again.out) == (0, "db runs PostgreSQL 18.4 already; nothing was to be done.\n")


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        (
            "16.14",
            "db runs PostgreSQL 18.4, which no 16 can read; nothing was changed. The way back to an older major is a "
            "dump of that time: docs/upgrades.md",
        ),
        (
            "18.9",
            'db runs PostgreSQL 18.4, and 18.9 is of the same major. Write version: "18.9" in the stack file and run '
            "./petbase sandbox up",
        ),
        (
            "18.3",
            "db runs PostgreSQL 18.4, and 18.3 is older; nothing was changed. There is no way back to an older minor: "
            "docs/upgrades.md",
        ),
        ("19", '"19" is not a version; write MAJOR.MINOR, like "18.4"'),
    ],
)
def test_what_is_no_later_major_is_refused(petbase: Petbase, version: str, problem: str) -> None:
    ran = petbase("upgrade-database", version)
    assert (ran.code, ran.out, ran.err) == (2, "", f"petbase: {problem}\n")


def test_the_old_data_goes_when_somebody_says_so(petbase: Petbase) -> None:
    (old,) = json.loads(petbase("kept", "--json").out)["old"]
    assert (old["name"], old["version"]) == ("db-before-18", "16.14")
    ran = petbase("upgrade-database", "--drop-old")
    assert ran.code == 2
    assert "Type db-before-18 to drop it for good: " in ran.err
    assert petbase("upgrade-database", "--drop-old", "--yes").out == "db-before-18 is gone.\n"
    ran = petbase("upgrade-database", "--drop-old", "--yes")
    assert (ran.code, ran.err) == (2, "petbase: No upgrade of db left old data; nothing was dropped.\n")
