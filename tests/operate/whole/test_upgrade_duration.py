"""What upgrade-database says of the time that it took."""

import time

from host.upgrade.course import Upgraded
from operate.whole.upgrade import Done
from operate.whole.upgrade_report import duration_rows


def rows(seconds: float, ago: float) -> dict[str, str]:
    return dict(duration_rows(Done(Upgraded("18.4", int(time.time() - ago)), seconds)))


def test_a_run_says_how_long_it_took() -> None:
    assert rows(132, ago=132) == {"took": "132 s"}


def test_one_that_goes_on_says_when_the_first_began() -> None:
    found = rows(30, ago=3600)
    assert found["took"] == "30 s"
    assert found["begun"].endswith(", by a run that was cut off")
