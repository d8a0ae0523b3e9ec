"""Apps that leave, come and take new names, with the real engine: what the preview says, and what stays."""

import pytest

from sandbox.engine.engine import Changes
from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site

# test_taken_back.py renames an app in every run.
pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def begun(site: Site) -> Site:
    """An estate of one app with rows."""
    site.up(apps={"fruits": {"env": {"COLOR": "red"}}})
    fill(site.bench, "fruits")
    return site


@pytest.fixture(scope="module")
def renaming(begun: Site) -> Changes:
    """What the engine changed when it was renamed."""
    return begun.up(apps={"apples": {"was": "fruits", "env": {"COLOR": "red"}}})


@pytest.mark.usefixtures("renaming")
def test_the_line_may_go_when_it_is_done(begun: Site) -> None:
    changes = begun.up(apps={"apples": {"env": {"COLOR": "red"}}})
    assert changes.counts.keys() <= {"update", "same", "read"}
    assert rows(begun.bench, "apples") == ROWS


@pytest.mark.usefixtures("renaming")
def test_one_that_goes_while_another_comes_is_said_with_both_names_and_its_schema_stays(begun: Site) -> None:
    begun.said.clear()
    begun.engine({"apps": {"plums": {}}}).up()  # with its preview, which says so
    said = "\n".join(begun.said)
    assert 'apps.apples is removed; its data stays in the schema "apples". ./petbase kept lists it' in said
    assert "apples is removed and plums is added: two apps, and plums starts without data" in said
    assert rows(begun.bench, "apples") == ROWS


def test_an_up_without_a_departure_says_nothing_of_one(begun: Site) -> None:
    begun.said.clear()
    begun.up(apps={"plums": {}, "pears": {}})
    assert " goes" not in "\n".join(begun.said)
