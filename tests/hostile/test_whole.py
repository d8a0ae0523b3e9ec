"""All that a hostile app can hide, through every verb."""

import pytest

from tests.hostile.app import Hostile
from tests.hostile.traps.corners import CORNERS
from tests.hostile.traps.functions import STATEMENTS
from tests.hostile.traps.names import names
from tests.hostile.traps.objects import objects
from tests.hostile.traps.places import places
from tests.hostile.traps.settings import settings
from tests.hostile.verbs import CHANGES_THE_ROLE, VERBS

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def filled(hostile: Hostile) -> Hostile:
    before = hostile.begin()
    hostile.try_directly(STATEMENTS)
    assert hostile.escapes(before) == []
    hostile.hide([*objects(), *CORNERS.items(), *places(), *names()])
    assert hostile.refused == {}
    hostile.set(settings())
    return hostile


@pytest.mark.parametrize("verb", [*VERBS, *CHANGES_THE_ROLE])
def test_all_other_things_are_as_before(filled: Hostile, verb: str) -> None:
    before = filled.begin()
    {**VERBS, **CHANGES_THE_ROLE}[verb](filled)
    own = ("ALTER ROLE fruits ",) if verb in CHANGES_THE_ROLE else ()
    assert filled.escapes(before, *own) == []
