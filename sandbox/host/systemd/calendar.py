"""systemd's calendar notation (systemd.time(7)): when does a timer elapse next? In UTC, the host's time zone.

Not known: years other than `*`, `~` (days from a month's end), fractions of a second, time zones but UTC.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_SHORT = {
    "minutely": "*-*-* *:*:00",
    "hourly": "*-*-* *:00:00",
    "daily": "*-*-* 00:00:00",
    "weekly": "Mon *-*-* 00:00:00",
    "monthly": "*-*-01 00:00:00",
    "quarterly": "*-01,04,07,10-01 00:00:00",
    "semiannually": "*-01,07-01 00:00:00",
    "yearly": "*-01-01 00:00:00",
    "annually": "*-01-01 00:00:00",
}
_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_FULL = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_FORM = re.compile(
    r"(?:(?P<days>[A-Za-z,.]+)(?:\s+|$))?(?:(?P<date>[-*\d,./]*-[-*\d,./]+)\s*)?(?P<time>[*\d,./:]+:[*\d,./:]+)?"
)
_FARTHEST_DAYS = 366 * 8  # the 29th of February, over a year like 2100


@dataclass(frozen=True)
class Calendar:
    """The days and the times of day at which it elapses."""

    weekdays: frozenset[int]
    months: frozenset[int]
    days: frozenset[int]
    times: tuple[time, ...]

    def after(self, at: datetime) -> datetime | None:
        """The first time later than `at`; None when there is none, as for the 30th of February."""
        day: date = at.date()
        for _ in range(_FARTHEST_DAYS):
            if day.weekday() in self.weekdays and day.month in self.months and day.day in self.days:
                for moment in self.times:
                    found = datetime.combine(day, moment, at.tzinfo)
                    if found > at:
                        return found
            day += timedelta(days=1)
        return None


def parse(text: str) -> Calendar:
    """Read `*:0/15`, `Mon..Fri 03:00`, `*-*-01 04:00:00`, `weekly` …; ValueError for anything else."""
    form = _SHORT.get(text.lower(), text).removesuffix(" UTC").strip()
    found = _FORM.fullmatch(form)
    if not form or found is None:
        raise ValueError(f"Failed to parse calendar specification: {text}")
    year, month, day = _parts(found["date"] or "*-*-*", "-", text)
    hour, minute, second = _parts(found["time"] or "00:00:00", ":", text)
    if year != "*":
        raise ValueError(f"(stand-in) {text}: the sandbox knows no years")
    hours, minutes, seconds = (_numbers(part, 0, most, text) for part, most in ((hour, 23), (minute, 59), (second, 59)))
    times = tuple(time(h, m, s) for h in sorted(hours) for m in sorted(minutes) for s in sorted(seconds))
    return Calendar(_weekdays(found["days"], text), _numbers(month, 1, 12, text), _numbers(day, 1, 31, text), times)


def _parts(form: str, mark: str, text: str) -> list[str]:
    """Three fields: a time may leave out its seconds, a date its year."""
    parts = form.split(mark)
    if len(parts) == 2:
        parts = [*parts, "00"] if mark == ":" else ["*", *parts]
    if len(parts) != 3:
        raise ValueError(f"Failed to parse calendar specification: {text}")
    return parts


def _numbers(form: str, least: int, most: int, text: str) -> frozenset[int]:
    """`*`, `3`, `1,5`, `1..5`, `0/15`, `8..18/2`."""
    numbers: set[int] = set()
    for part in form.split(","):
        span, slash, step = part.partition("/")
        low, dots, high = span.partition("..")
        try:
            first = least if low == "*" else int(low)
            last = int(high) if dots else most if slash or low == "*" else first
            numbers.update(range(first, last + 1, int(step) if slash else 1))
        except ValueError:
            numbers.add(-1)
    if not numbers or min(numbers) < least or max(numbers) > most:
        raise ValueError(f"Failed to parse calendar specification: {text}")
    return frozenset(numbers)


def _weekdays(form: str | None, text: str) -> frozenset[int]:
    if form is None:
        return frozenset(range(7))
    numbers: set[int] = set()
    for part in form.lower().split(","):
        low, dots, high = part.partition("..")
        first, last = _weekday(low, text), _weekday(high if dots else low, text)
        numbers.update(day % 7 for day in range(first, last + 1 if last >= first else last + 8))
    return frozenset(numbers)


def _weekday(name: str, text: str) -> int:
    for names in (_DAYS, _FULL):
        if name in names:
            return names.index(name)
    raise ValueError(f"Failed to parse calendar specification: {text}")
