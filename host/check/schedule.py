"""Will the next dump be made, and the next drill start? By cron's file, and by what systemd says of the timers."""

from host.check.findings import AGAIN, Findings
from host.copy.settings import find_settings as find_copy
from host.core import files
from host.dokku.services import schedule_file
from host.watch.settings import UNREADABLE
from host.watch.timers import read_timers
from host.watch.units import Units


def look_at_schedule(found: Findings) -> None:
    """The plugin's line, with the stack file's schedule: a weekly dump that did not come is late a week after that."""
    path = schedule_file(found.service)
    begins = f"{found.settings.schedule} dokku /usr/bin/dokku postgres:backup {found.service} "
    lines = [f"{line} " for line in files.read(found.host.path(path)).splitlines()]
    if not any(line.startswith(begins) for line in lines):
        text = f"dumps are no longer scheduled at {found.settings.schedule} UTC: {path} has no such line"
        found.problem("schedule", f"{text}. {AGAIN}")


def look_at_timers(found: Findings) -> None:
    """A drill that nothing starts would be missed weeks later only."""
    if found.settings == UNREADABLE:
        return
    settings, copies = found.settings, find_copy(found.host, found.service) is not None
    units = Units(found.host.stack, found.service, settings.drill, settings.paused or settings.found, copies)
    for timer in read_timers(found.host, found.service, units.kinds):
        if timer.state != "active":
            text = f"the timer {units.name(timer.kind)} does not run, so nothing starts a {timer.kind}"
            found.problem(f"timer {timer.kind}", f"{text}. {AGAIN}")
