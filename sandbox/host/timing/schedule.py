"""Cron's own notation, as Debian's cron (a Vixie cron) reads it: when does a line fire?"""

from dataclasses import dataclass
from datetime import datetime

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_NAMES = [{}, {}, {}, {n: i + 1 for i, n in enumerate(_MONTHS)}, {n: i for i, n in enumerate(_DAYS)}]
_BOUNDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
SHORT = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


@dataclass(frozen=True)
class Schedule:
    """Five sets of numbers; a day fits by its date or its weekday when both are restricted, else by both."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def fires(self, at: datetime) -> bool:
        """Whether the minute that `at` lies in is one of its minutes."""
        by_date, by_weekday = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        day = by_date or by_weekday if self.either_day else by_date and by_weekday
        return day and at.minute in self.minutes and at.hour in self.hours and at.month in self.months


def parse(text: str) -> Schedule:
    """Read five fields or a short form such as `@daily`; ValueError for anything else."""
    fields = SHORT.get(text, text).split()
    if len(fields) != 5:
        raise ValueError(f"{text!r} has {len(fields)} fields, not 5")
    minutes, hours, days, months, weekdays = (_field(field, index) for index, field in enumerate(fields))
    weekdays = frozenset(day % 7 for day in weekdays)  # 7 is Sunday too
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    return Schedule(minutes, hours, days, months, weekdays, either)


def _field(text: str, index: int) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        low, high = _span(span, index)
        if slash and (span != "*" and "-" not in span):
            raise ValueError(f"{part!r}: a step needs a range")
        numbers.update(range(low, high + 1, _number(step, {}, (1, 59)) if slash else 1))
    return frozenset(numbers)


def _span(text: str, index: int) -> tuple[int, int]:
    names, bounds = _NAMES[index], _BOUNDS[index]
    if text == "*":
        return bounds
    low, dash, high = text.partition("-")
    first = _number(low, names, bounds)
    last = _number(high, names, bounds) if dash else first
    if last < first:
        raise ValueError(f"{text!r} runs backwards")
    return first, last


def _number(text: str, names: dict[str, int], bounds: tuple[int, int]) -> int:
    number = names.get(text.lower(), int(text) if text.isascii() and text.isdigit() else -1)
    if not bounds[0] <= number <= bounds[1]:
        raise ValueError(f"{text!r} is not between {bounds[0]} and {bounds[1]}")
    return number
