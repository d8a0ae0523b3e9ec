"""A sample of what a hostile app can hide, through every verb; `make soak` has all of it (test_whole.py).

The question is one: is any role, membership, row, grant, setting or file of anybody else different afterwards? And is
the app's own data what it was?
"""

from itertools import islice

import pytest

from tests.hostile.app import Hostile
from tests.hostile.traps.corners import CORNERS
from tests.hostile.traps.functions import STATEMENTS
from tests.hostile.traps.names import names
from tests.hostile.traps.objects import objects
from tests.hostile.traps.places import places
from tests.hostile.traps.settings import settings
from tests.hostile.verbs import CHANGES_THE_ROLE, VERBS, drop_data

SAMPLE = [
    *islice(places(("plain",)), 0, None, 9),
    *islice(names(), 0, None, 53),
    *islice(CORNERS.items(), 0, None, 4),
]


@pytest.fixture(scope="module")
def filled(hostile: Hostile) -> Hostile:
    before = hostile.begin()
    assert hostile.try_directly(STATEMENTS) > len(STATEMENTS) - 5
    assert hostile.escapes(before) == []
    hostile.hide([*objects(), *SAMPLE])
    assert hostile.refused == {}
    hostile.set(settings())
    return hostile


@pytest.mark.parametrize("verb", [*VERBS, *CHANGES_THE_ROLE])
def test_all_other_things_are_as_before(filled: Hostile, verb: str) -> None:
    before = filled.begin()
    {**VERBS, **CHANGES_THE_ROLE}[verb](filled)
    own = ("ALTER ROLE fruits ",) if verb in CHANGES_THE_ROLE else ()
    assert filled.escapes(before, *own) == []


def test_the_places_do_run(filled: Hostile) -> None:
    """As the app's own, where a restore makes them again: else nothing was tried."""
    filled.begin()
    VERBS["drill"](filled)
    ran = {run.place for run in filled.runs()}
    assert len(ran) > 12
    assert {run.role for run in filled.runs()} == {"petbase load 1 of petbase_drill"}


def test_drop_data_drops_the_apps_data_alone(filled: Hostile) -> None:
    neighbour = "SELECT body FROM notes.notes"
    filled.begin()
    drop_data(filled)
    assert filled.container.sql(neighbour) == [("a secret of notes",)]
    assert filled.escapes({}) == []
    assert filled.container.sql("SELECT rolname FROM pg_roles WHERE rolname = 'fruits'") == []
