"""One figure for a full disk: df's, which counts what only root may write neither as used nor as free."""

from host.server.machine import Disk


def test_the_figure_is_the_one_of_df() -> None:
    assert Disk(used=620, free=380).used_percent == 62
    assert Disk(used=1, free=999).used_percent == 1
    assert Disk(0, 0).used_percent == 0
