"""systemd's calendar notation, and that systemd itself agrees where it is installed."""

import re
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from sandbox.host.systemd import calendar

_SUNDAY = datetime(2026, 11, 22, 19, 7, 30, tzinfo=UTC)
# What `systemd-analyze calendar --iterations=3 --base-time="2026-11-22 19:07:30"` of systemd 252 printed.
_TOLD = {
    "*:0/15": ("2026-11-22 19:15:00", "2026-11-22 19:30:00", "2026-11-22 19:45:00"),
    "hourly": ("2026-11-22 20:00:00", "2026-11-22 21:00:00", "2026-11-22 22:00:00"),
    "daily": ("2026-11-23 00:00:00", "2026-11-24 00:00:00", "2026-11-25 00:00:00"),
    "weekly": ("2026-11-23 00:00:00", "2026-11-30 00:00:00", "2026-12-07 00:00:00"),
    "monthly": ("2026-12-01 00:00:00", "2027-01-01 00:00:00", "2027-02-01 00:00:00"),
    "Mon..Fri 03:00": ("2026-11-23 03:00:00", "2026-11-24 03:00:00", "2026-11-25 03:00:00"),
    "Sat,Sun *-*-* 04:05:06": ("2026-11-28 04:05:06", "2026-11-29 04:05:06", "2026-12-05 04:05:06"),
    "*-*-1..7 18:00": ("2026-12-01 18:00:00", "2026-12-02 18:00:00", "2026-12-03 18:00:00"),
    "*-2-29 00:00": ("2028-02-29 00:00:00", "2032-02-29 00:00:00", "2036-02-29 00:00:00"),
    "12,13:30": ("2026-11-23 12:30:00", "2026-11-23 13:30:00", "2026-11-24 12:30:00"),
    "8..18/2:00": ("2026-11-23 08:00:00", "2026-11-23 10:00:00", "2026-11-23 12:00:00"),
    "*-*-* 00:00:00 UTC": ("2026-11-23 00:00:00", "2026-11-24 00:00:00", "2026-11-25 00:00:00"),
    "Mon": ("2026-11-23 00:00:00", "2026-11-30 00:00:00", "2026-12-07 00:00:00"),
}


def _three(text: str) -> tuple[str, ...]:
    spec, at, found = calendar.parse(text), _SUNDAY, []
    for _ in range(3):
        following = spec.after(at)
        assert following is not None
        at = following
        found.append(f"{at:%Y-%m-%d %H:%M:%S}")
    return tuple(found)


@pytest.mark.parametrize("text", _TOLD)
def test_it_elapses_when_systemd_says(text: str) -> None:
    assert _three(text) == _TOLD[text]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("text", _TOLD)
def test_systemd_still_says_so(text: str) -> None:
    words = ["systemd-analyze", "calendar", "--iterations=3", "--base-time=2026-11-22 19:07:30 UTC", text]
    ran = subprocess.run(words, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True)
    assert tuple(re.findall(r"(?:elapse|#\d): \w+ (\S+ \S+) UTC", ran.stdout)) == _TOLD[text]


def test_the_same_moment_does_not_elapse_twice() -> None:
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    assert calendar.parse("daily").after(midnight) == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_day_that_no_year_has_never_elapses() -> None:
    assert calendar.parse("*-02-30 00:00").after(_SUNDAY) is None


@pytest.mark.parametrize(
    "text", ["", "never", "25:00", "*:0/15/2", "*-13-01", "Mun 03:00", "0 3 * * *", "*:0/0", "*:*:60"]
)
def test_what_systemd_does_not_understand_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^Failed to parse calendar specification: {re.escape(text)}$"):
        calendar.parse(text)


def test_a_year_is_more_than_the_stand_in_knows() -> None:
    with pytest.raises(ValueError, match=r"^\(stand-in\) 2027-01-01: the sandbox knows no years$"):
        calendar.parse("2027-01-01")
