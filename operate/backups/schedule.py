"""A schedule in words and in local time, its next run, and the runs that left no dump."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

# A dump's name has the time at which it was packed, after the run began: a big database takes a while.
_LATE = timedelta(hours=1)
_EARLY = timedelta(minutes=1)


def words(cron: str) -> str:
    """`At 03:00`, in UTC, which is the server's time."""
    from cron_descriptor import Options, get_description

    options = Options()
    options.use_24hour_time_format = True
    return str(get_description(cron, options))


def following(cron: str, moment: datetime) -> datetime:
    """The first run after a moment, in UTC."""
    from croniter import croniter

    found: datetime = croniter(cron, moment.astimezone(UTC)).get_next(datetime)
    return found


def missed(cron: str, made: Iterable[datetime], since: datetime, now: datetime) -> list[datetime]:
    """The runs from `since` on that left no dump, as this schedule would have them; one that may still come is none.

    A run's dump is one that was made within the hour, or before the next run where that is sooner.
    """
    dumps = sorted(made)
    return [run for run, until in _runs(cron, since, now) if not any(run - _EARLY <= one < until for one in dumps)]


def _runs(cron: str, since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each run whose time is over, and until when its dump would have come."""
    run = following(cron, since - timedelta(seconds=1))
    while (until := min(following(cron, run), run + _LATE)) <= now:
        yield run, until
        run = following(cron, run)


def with_local_time(moment: datetime) -> str:
    """A time as UTC and as the clock on the wall here, where the two differ."""
    local, utc = moment.astimezone(), f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if not local.utcoffset():
        return utc
    return f"{utc} ({local:%Y-%m-%d %H:%M %Z} here)"
