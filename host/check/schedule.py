"""Will the next dump be made, and the next drill start? By cron's file, and by what systemd says of the timers."""

from host.check.findings import AGAIN, Findings
from host.core import files
from host.dokku.services import schedule_file
from host.watch.settings import UNREADABLE
from host.watch.timers import read_timers
from host.watch.units import Units


def look_at_schedule(found: Findings) -> None:
    """The plugin's line, with the stack file's schedule and bucket: a weekly dump that did not come is late a week
    after that, and no more than that line.
    """
    path, settings = schedule_file(found.service), found.settings
    target = f"{settings.bucket}/{settings.prefix}".rstrip("/")
    line = f"{settings.schedule} dokku /usr/bin/dokku postgres:backup {found.service} {target}"
    present = [one.strip() for one in files.read(found.host.path(path)).splitlines() if one.strip()]
    if present != [line]:
        text = f"dumps are no longer scheduled at {settings.schedule} UTC, to {target}: {path} has no such line"
        if line in present:
            text = f"{path} has more lines than the one of the stack file: {len(present) - 1}"
        found.problem("schedule", f"{text}. {AGAIN}")


def look_at_timers(found: Findings) -> None:
    """A drill that nothing starts would be missed weeks later only."""
    if found.settings == UNREADABLE:
        return
    settings = found.settings
    units = Units(found.host.stack, found.service, settings.drill, settings.paused or settings.found, settings.copies)
    for timer in read_timers(found.host, found.service, units.kinds):
        if timer.state != "active":
            text = f"the timer {units.name(timer.kind)} does not run, so nothing starts a {timer.kind}"
            found.problem(f"timer {timer.kind}", f"{text}. {AGAIN}")
