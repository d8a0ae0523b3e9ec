"""Cron expressions: what Debian's cron takes and nothing else, when they run, and when a dump is late."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from components.config.values import cron
from components.config.values.store_types import CronSchedule
from sandbox.host.timing import schedule

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOT_CRON = 'is not a cron expression; write five fields, as in "0 3 * * *"'
NO_EXPRESSIONS = (
    *("@Daily", "@every 5m", "0 3 * *", "0 3 * * * *", "0 3 * * *\n", "", " ", "0 3\n* * *", "0\u00a03 * * *"),
    *("0 3 ? * *", "0% 3 * * *", "0 3 * * * %", "H 3 * *", "1, 3 * * *", ",1 3 * * *", "*/ * * * *", "-5 3 * * *"),
    # Of these cron takes the beginning of a field, and passes over the rest.
    *("1-5-7 3 * * *", "1~5 3 * * *", "1.5 3 * * *", "*5 3 * * *", "*/2/3 * * * *", "1;2 3 * * *", "*/\uff12 3 * * *"),
)
NEVER = "never comes; write a day that its months have"


@pytest.mark.parametrize(
    "good",
    [
        *("0 3 * * *", "*/15 * * * *", "30 4 * * 1-5", "0 0 1 1 *", "0 3 * jan-mar MON,fri", "0 3 */2 * 1"),
        *("0 3 31 2 1", "0 3 29 2 *", "00 03 * * *", "0 3 * * 7", "1-59/2 0,12 * * *", "0 0 31 * *"),
        *("0003 3 * * *", "5-5/7 * * * *", "0 3 * * 0-7", "0 3 * JAN-mar/2 sun-sat", "*,*/5 3 * * *", "0 3 *,5 * 1"),
        *("0 3 */31 2 *", "0 */23 * * *", "0 3 29-31 2,4 *"),
    ],
)
def test_what_debians_cron_takes(good: str) -> None:
    assert cron.problem(good) == ""
    schedule.parse(good)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        *((bad, NOT_CRON) for bad in NO_EXPRESSIONS),
        ("@reboot", 'comes only when the server boots; write five fields, as in "0 3 * * *"'),
        # cronsim takes these; cron ignores the whole file.
        *((bad, NOT_CRON) for bad in ("0 3 * * 1#2", "5/20 * * * *", "0 3 W * *", "0 3 15W * *")[:2]),
        *((bad, "is not an expression of Debian's cron, which has no L; write a day's number")
          for bad in ("0 3 L * *", "0 3 LW * *", "0 3 * * 5L")),
        *((bad, NEVER) for bad in ("0 3 31 2 *", "0 3 30 2 *", "0 3 31 4,6,9,11 *", "0 3 30-31 2 *")),
        ("60 * * * *", 'is not a cron expression (its minute); write five fields, as in "0 3 * * *"'),
        ("0 24 * * *", 'is not a cron expression (its hour); write five fields, as in "0 3 * * *"'),
        ("0 3 32 * *", 'is not a cron expression (its day of month); write five fields, as in "0 3 * * *"'),
        ("0 3 15W * *", 'is not a cron expression (its day of month); write five fields, as in "0 3 * * *"'),
        ("0 3 * 13 *", 'is not a cron expression (its month); write five fields, as in "0 3 * * *"'),
        ("0 3 * * 5-1", 'is not a cron expression (its day of week); write five fields, as in "0 3 * * *"'),
        ("*/0 * * * *", 'is not a cron expression (its minute); write five fields, as in "0 3 * * *"'),
    ],
)  # fmt: skip
def test_what_debians_cron_would_ignore_is_refused(bad: str, problem: str) -> None:
    assert cron.problem(cron.five_fields(bad)) == problem


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *[("0 3 * * *", "0 3 * * *"), ("  0\t3  * * *  ", "0 3 * * *"), ("@daily", "0 0 * * *")],
        *[("@midnight", "0 0 * * *"), ("@hourly", "0 * * * *"), ("@weekly", "0 0 * * 0")],
        *[("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *")],
    ],
)
def test_a_schedule_is_kept_as_five_fields(written: str, kept: str) -> None:
    assert TypeAdapter(CronSchedule).validate_python(written) == kept


def test_a_schedule_says_what_is_wrong_with_it() -> None:
    with pytest.raises(ValidationError, match=r'"@reboot" comes only when the server boots; write five fields'):
        TypeAdapter(CronSchedule).validate_python("@reboot")


@pytest.mark.parametrize(
    ("expression", "following"),
    [
        ("0 3 * * *", datetime(2026, 11, 23, 3, tzinfo=UTC)),
        # Where neither day field begins with a star, either is enough: the 13th or a Monday.
        ("0 3 13 * mon", datetime(2026, 11, 23, 3, tzinfo=UTC)),
        # */2 begins with one, so both must be: an odd day that is a Monday.
        ("0 3 */2 * mon", datetime(2026, 11, 23, 3, tzinfo=UTC)),
        ("0 3 2-31/2 * mon", datetime(2026, 11, 23, 3, tzinfo=UTC)),
        ("0 3 */2 * tue", datetime(2026, 12, 1, 3, tzinfo=UTC)),
        # cronsim reads the step on, 5, 7, 9.
        ("0 3-3/2 * * *", datetime(2026, 11, 23, 3, tzinfo=UTC)),
        ("0 3 * nov-11/1 *", datetime(2026, 11, 23, 3, tzinfo=UTC)),
        ("5-5/7 * * * *", datetime(2026, 11, 22, 12, 5, tzinfo=UTC)),
    ],
)
def test_the_next_run_is_crons(expression: str, following: datetime) -> None:
    assert cron.next_run(expression, AT) == following
    assert schedule.parse(expression).fires(following)


@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        ("0 3 * * *", 24),
        ("*/15 * * * *", 0.25),
        ("30 2,14 * * *", 12),
        ("0 3 * * 1-5", 72),
        ("*/30 9-17 * * *", 15.5),
        ("0 3 1 * *", 31 * 24),
        ("0 3 29 2 *", 1461 * 24),
        ("5-5/7 * * * *", 1),
        # The year's last day has a run, and the next one is far into another year.
        ("*/2 3 * 10-12 0,5,4", 23929320 / 3600),
    ],
)
def test_the_longest_time_between_two_dumps_of_a_schedule(expression: str, hours: float) -> None:
    assert cron.longest_gap(expression) == hours * 3600


@pytest.mark.parametrize(("expression", "hours"), [("0 3 * * *", 26), ("0 * * * *", 2)])
def test_somebody_is_told_of_a_missed_dump_in_time(expression: str, hours: float) -> None:
    """The check comes every quarter of an hour, and its timer may be a minute late."""
    assert cron.max_age(expression) + 16 * 60 <= hours * 3600


def test_a_schedule_in_words() -> None:
    assert cron.words("0 3 * * *") == "At 03:00 every day"
