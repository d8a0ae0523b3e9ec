"""A restore cut at every call, as by a power cut: either nothing has changed, or all; the next one is whole.

What a lost client and a real host add is in tests/faults/cuts/test_restore_cuts.py.
"""

from collections.abc import Iterable

import pytest

from host.restore.run import RunRestore
from tests.host.container import Container
from tests.host.dying import NEVER, Cut, Dying
from tests.host.restore.test_run import FRUITS, ROWS, TABLE, WHOLE, again, listed, sent
from tests.host.scratch.loaded import LOADING_ROLES

CUTS = [
    pytest.param(range(43, 1000, 23), id="some"),
    pytest.param(range(2, 1000), id="everywhere", marks=pytest.mark.soak),
]


@pytest.fixture
def dying(container: Container) -> Dying:
    runner = Dying(container.server, container.runner.tmp)
    container.runner = container.host.runner = runner
    return runner


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("command", [WHOLE, FRUITS], ids=["whole", "app"])
def test_a_restore_cut_anywhere_has_changed_nothing_or_all(
    container: Container, dying: Dying, command: RunRestore, cuts: Iterable[int]
) -> None:
    container.app("fruits", TABLE)
    sent(container)
    for n in cuts:
        again(container)
        container.sql("INSERT INTO t (name) VALUES ('pear')", role="fruits")
        aside = len(listed(container))
        dying.calls, dying.dies_at = 0, n
        try:
            container.run(command)
        except Cut:
            dying.dies_at = NEVER
        else:
            break
        container.stream.truncate(0)
        container.stream.seek(0)
        rows = container.value(ROWS, role="fruits")
        assert rows in ("apple pear", "apple"), n
        again(container)
        container.run(command)
        assert container.value(ROWS, role="fruits") == "apple", n
        assert len(listed(container)) == aside + (2 if rows == "apple" else 1), n
    assert n > 50
    assert container.sql(LOADING_ROLES) == []
