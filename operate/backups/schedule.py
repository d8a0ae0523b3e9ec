"""The runs of a schedule that left no dump."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from components.config.values.cron import next_run
from operate.backups.inventory import Inventory
from operate.stack.outputs import Backups

# A dump's name has the time at which it was packed, after the run began: a big database takes a while.
_LATE = timedelta(hours=1)
_EARLY = timedelta(minutes=1)


def missed_dumps(spec: Backups, shelf: Inventory, now: datetime) -> list[datetime]:
    """Since the oldest dump that is there: before it the rules have swept, or nothing was."""
    made = [one.made for one in shelf.dumps if one.own and not one.safety]
    return [] if spec.paused or not made else missed(spec.schedule, made, min(made), now)


def missed(cron: str, made: Iterable[datetime], since: datetime, now: datetime) -> list[datetime]:
    """The runs from `since` on that left no dump, as this schedule would have them; one that may still come is none.

    A run's dump is one that was made within the hour, or before the next run where that is sooner.
    """
    dumps = sorted(made)
    return [run for run, until in _runs(cron, since, now) if not any(run - _EARLY <= one < until for one in dumps)]


def _runs(cron: str, since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Each run whose time is over, and until when its dump would have come."""
    run = next_run(cron, since - timedelta(seconds=1))
    while (until := min(next_run(cron, run), run + _LATE)) <= now:
        yield run, until
        run = next_run(cron, run)
