"""When a line of a crontab fires: Vixie cron's rules, the odd ones too."""

import re
from datetime import datetime, timedelta

import pytest

from sandbox.host.timing import schedule

_MONDAY = datetime(2026, 6, 1, 3, 0)


@pytest.mark.parametrize(
    ("text", "at", "fires"),
    [
        ("* * * * *", _MONDAY, True),
        ("0 3 * * *", _MONDAY, True),
        ("0 3 * * *", _MONDAY + timedelta(minutes=1), False),
        ("0 3 * * *", _MONDAY + timedelta(hours=1), False),
        ("*/15 * * * *", _MONDAY + timedelta(minutes=45), True),
        ("*/15 * * * *", _MONDAY + timedelta(minutes=50), False),
        ("10-20/5 * * * *", _MONDAY + timedelta(minutes=15), True),
        ("10-20/5 * * * *", _MONDAY + timedelta(minutes=25), False),
        ("0,30 3,4 * * *", datetime(2026, 6, 1, 4, 30), True),
        ("0 3 * jun mon", _MONDAY, True),
        ("0 3 * JUN Mon-Wed", _MONDAY + timedelta(days=2), True),
        ("0 3 * jul *", _MONDAY, False),
        ("0 3 * * 7", datetime(2026, 6, 7, 3, 0), True),
        ("0 3 * * 0", datetime(2026, 6, 7, 3, 0), True),
        ("@daily", datetime(2026, 6, 1, 0, 0), True),
        ("@daily", _MONDAY, False),
        ("@hourly", _MONDAY, True),
    ],
)
def test_a_minute_fits_or_not(text: str, at: datetime, fires: bool) -> None:
    assert schedule.parse(text).fires(at) is fires


def test_a_day_fits_by_date_or_by_weekday_when_both_are_named() -> None:
    both = schedule.parse("0 3 13 * mon")
    days = [day for day in range(1, 31) if both.fires(datetime(2026, 6, day, 3))]
    assert days == [1, 8, 13, 15, 22, 29]


def test_a_star_with_a_step_still_counts_as_a_star() -> None:
    odd_mondays = schedule.parse("0 3 */2 * mon")
    days = [day for day in range(1, 31) if odd_mondays.fires(datetime(2026, 6, day, 3))]
    assert days == [1, 15, 29]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("daily", "'daily' has 1 fields, not 5"),
        ("0 3 * *", "'0 3 * *' has 4 fields, not 5"),
        ("60 * * * *", "'60' is not between 0 and 59"),
        ("0 24 * * *", "'24' is not between 0 and 23"),
        ("0 3 0 * *", "'0' is not between 1 and 31"),
        ("0 3 * foo *", "'foo' is not between 1 and 12"),
        ("5/2 * * * *", "'5/2': a step needs a range"),
        ("*/0 * * * *", "'0' is not between 1 and 59"),
        ("20-10 * * * *", "'20-10' runs backwards"),
        ("@never", "'@never' has 1 fields, not 5"),
        ("“0” 3 * * *", "'“0”' is not between 0 and 59"),
    ],
)
def test_what_cron_does_not_understand_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        schedule.parse(text)
