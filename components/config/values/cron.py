"""Cron expressions as Debian's cron reads them: which it takes, when they run, and how old a dump may get.

Debian's cron ignores a whole file, silently, for one line that it does not take. Five fields, UTC. Two things that
it takes without a word are refused here: garbage behind a number (`1#2`, `1.5`), which it passes over, and ranges that
run backwards. Compared with `crontab -n` of Debian 12 (cron 3.0pl1-162).
"""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile

from cronsim import CronSim, CronSimError

_FIELDS = 5
_DATE, _WEEKDAY = 2, 4
# One item of a list: a star or a range, either with a step, or a single value. A step on a single value is not a range.
_VALUE, _STEP = "[0-9A-Za-z]{1,9}", "(/[0-9]{1,9})?"
_ITEM = rf"(\*{_STEP}|{_VALUE}(-{_VALUE}{_STEP})?)"
_FIELD = re.compile(rf"{_ITEM}(,{_ITEM})*")
_RANGE = re.compile(rf"({_VALUE})-({_VALUE})({_STEP})")
_SHORT = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_ZONE = re.compile(r"TZ=|[A-Z][a-z]+/[A-Z]|\bUTC\b")
_BLANKS = re.compile(r"[ \t]+")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS_OF_THE_WEEK = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_NUMBERS = {
    name: str(at) for first, names in ((1, _MONTHS), (0, _DAYS_OF_THE_WEEK)) for at, name in enumerate(names, first)
}
FORM = re.compile(rf"[ \t]*{_FIELD.pattern}([ \t]+{_FIELD.pattern}){{{_FIELDS - 1}}}[ \t]*|{'|'.join(_SHORT)}")
"""What an expression looks like; `problem` says more."""
# Any leap year will do, but always the same: a command that changed with the day would be sent again each day.
_A_YEAR = datetime(2028, 1, 1, tzinfo=UTC)
_DAYS = 366
_A_DAY, _A_MINUTE = timedelta(days=1), timedelta(minutes=1)
# How late a dump may be: the time that dumping and uploading take, and some. Both in seconds.
_GRACE, _SHORT_GRACE = 3_600, 900
_OFTEN = 7_200  # seconds


def five_fields(expression: str) -> str:
    """The same with one space between two fields, and `@daily` spelled out."""
    text = _BLANKS.sub(" ", expression).strip(" ")
    return _SHORT.get(text, text)


def problem(expression: str) -> str:
    """Why Debian's cron would not run it, to follow the expression in a sentence; "" where it would."""
    fields = expression.split(" ")
    if len(fields) != _FIELDS or not all(_FIELD.fullmatch(field) for field in fields):
        what = "comes only when the server boots" if expression == "@reboot" else "is not a cron expression"
        return f"{what}; {_instead(expression)}"
    # "Last", which cronsim knows and cron does not.
    if any("L" in fields[place].upper() for place in (_DATE, _WEEKDAY)):
        return "is not an expression of Debian's cron, which has no L; write a day's number"
    try:
        next_run(expression, _A_YEAR)
    except StopIteration:
        return "never comes; write a day that its months have"
    except CronSimError as error:
        if "day-of-month" in str(error) and _fits_alone(fields[_DATE]):
            return "never comes; write a day that its months have"
        return f'is not a cron expression ({_reason(error)}); write five fields, as in "0 3 * * *"'
    return ""


def _instead(expression: str) -> str:
    """What to write for a time of day, a word, a time zone, seconds."""
    if clock := _CLOCK.fullmatch(expression):
        return f'write "{int(clock[2])} {int(clock[1])} * * *", which is {clock[1]}:{clock[2]} UTC every day'
    if f"@{expression.lower()}" in _SHORT:
        return f'write "@{expression.lower()}"'
    if _ZONE.search(expression):
        return 'it is in UTC, without a time zone; write five fields, as in "0 3 * * *"'
    return 'write five fields, as in "0 3 * * *"'


def next_run(expression: str, after: datetime) -> datetime:
    """The first run after a moment, in UTC."""
    return next(_simulated(expression, after.astimezone(UTC)))


def words(expression: str) -> str:
    """`At 03:00 every day`; the hours are UTC, the server's time."""
    return _simulated(expression, _A_YEAR).explain()


def longest_gap(expression: str) -> int:
    """Seconds between two runs that lie farthest apart."""
    minute, hour, *date = expression.split(" ")
    of_a_day = _simulated(f"{minute} {hour} * * *", _A_YEAR - _A_MINUTE)
    times = list(takewhile(lambda run: run < _A_YEAR + _A_DAY, of_a_day))
    midnights = f"0 0 {' '.join(date)}"
    # From the last day before the year to the first one after it, so that no night is left out.
    days = [next(_simulated(midnights, _A_YEAR, reverse=True))]
    following = _simulated(midnights, days[0])
    while days[-1] < _A_YEAR + _DAYS * _A_DAY:
        days.append(next(following))
    in_a_day = [later - earlier for earlier, later in pairwise(times)]
    over_night = [later - earlier - (times[-1] - times[0]) for earlier, later in pairwise(days)]
    return int(max(in_a_day + over_night).total_seconds())


def max_age(expression: str) -> int:
    """Seconds after which the newest dump is late."""
    gap = longest_gap(expression)
    return gap + (_SHORT_GRACE if gap <= _OFTEN else _GRACE)


def _simulated(expression: str, at: datetime, *, reverse: bool = False) -> CronSim:
    """cronsim reads `5-5/2` as 5, 7, 9 and so on; to cron it is the 5."""
    return CronSim(_RANGE.sub(_without_step_on_one, expression.upper()), at, reverse=reverse)


def _without_step_on_one(found: re.Match[str]) -> str:
    low, high = (_NUMBERS.get(text, text.lstrip("0") or "0") for text in found.groups()[:2])
    return found[1] if low == high else found[0]


def _fits_alone(date: str) -> bool:
    """Whether the day of the month is right by itself, so that it is the months that do not have it."""
    try:
        CronSim(f"0 0 {date} * *", _A_YEAR)
    except CronSimError:
        return False
    return True


def _reason(error: CronSimError) -> str:
    """`the hour`, of `Bad hour`."""
    return f"its {str(error).removeprefix('Bad ').replace('-', ' ')}"
