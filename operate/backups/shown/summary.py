"""Below the dumps: the schedule and the runs that left none, what was verified, how full the buckets are."""

from collections.abc import Sequence
from datetime import datetime

from components.config.values import cron
from operate.backups import inventory, schedule
from operate.backups.inventory import Inventory
from operate.core import terminal, times
from operate.files.usage import Usage
from operate.stack.outputs import Backups, Stack

Row = tuple[str, str]
"""A name and its value."""


def about(stack: Stack, shelf: Inventory, now: datetime) -> list[Row]:
    """Schedule, runs that left no dump, the newest that was verified, a drill that failed."""
    spec, rows = stack.backups, []
    if stack.is_at_copy:
        rows.append(("schedule", "every hour, what a drill has verified since"))
    elif spec.paused:
        rows.append(("schedule", "paused: no dump is made, and none expires"))
    else:
        following = times.with_local_time(cron.next_run(spec.schedule, now))
        rows.append(("schedule", f"{cron.words(spec.schedule)} (UTC); next: {following}"))
        rows.append(("missed", _missed(spec, shelf, now)))
    if proof := shelf.verified:
        rows.append(("verified", f"the newest one is {proof.key}, {terminal.age(proof.made, now)} old"))
    else:
        again = f"./petbase drill --stack {stack.name}"
        rows.append(("verified", f"none yet: no dump has been restored to test it. Try it: {again}"))
    if shelf.last_drill and not shelf.last_drill.good:
        rows.append(("last drill", f"failed {terminal.age(shelf.last_drill.at, now)} ago: {shelf.last_drill.error}"))
    return rows


def space(spec: Backups, shelf: Inventory, files: Sequence[Usage]) -> list[Row]:
    """What the dumps take, and the files of apps beside them: in R2 they share what is free."""
    use = f"{spec.bucket} holds {terminal.size(shelf.bytes)}"
    free = "of the 10 GB a month that R2 gives each account for free"
    if not files:
        return [("bucket", f"{use}, {inventory.share(shelf.bytes)} {free}" if spec.store == "r2" else use)]
    total = sum(one.bytes for one in files) + (shelf.bytes if spec.store == "r2" else 0)
    others = [("", str(one)) for one in files]
    return [("buckets", use), *others, ("", f"in R2 together {terminal.size(total)}, {inventory.share(total)} {free}")]


def _missed(spec: Backups, shelf: Inventory, now: datetime) -> str:
    runs = schedule.missed_dumps(spec, shelf, now)
    if not runs:
        return "none, as far back as there are dumps"
    last = ", ".join(times.with_local_time(run) for run in runs[-3:])
    return f"{len(runs)} by this schedule, as far back as there are dumps; last: {last}"
