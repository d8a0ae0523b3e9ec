"""What the check itself relies on: Petbase's notes on this server, and its timers."""

from __future__ import annotations

from host.check.findings import Findings
from host.check.status import read_timers
from host.copy.settings import find_settings as find_copy
from host.watch.settings import UNREADABLE, unreadable
from host.watch.units import Units

_SHOWN = 5
_AGAIN = "Raise generation in the stack file and run pulumi up"


def look_at_notes(found: Findings) -> None:
    """A file that cannot be read counts as none: an app whose owner was in it would not be looked at any more."""
    state = found.host.state
    broken = state.unreadable()
    if broken:
        more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        text = f"{', '.join(broken[:_SHOWN])}{more} in {state.folder} cannot be read"
        found.problem("notes", f"{text}. Remove what is broken. {_AGAIN}")
    elif found.settings == UNREADABLE:
        found.problem("notes", unreadable(found.host, found.service))


def look_at_timers(found: Findings) -> None:
    """A drill that nothing starts would be missed weeks later only."""
    if found.settings == UNREADABLE:
        return
    settings, copies = found.settings, find_copy(found.host, found.service) is not None
    units = Units(found.host.stack, found.service, settings.drill, settings.paused or settings.found, copies)
    for timer in read_timers(found.host, found.service, units.kinds):
        if timer.state != "active":
            text = f"the timer {units.name(timer.kind)} does not run, so nothing starts a {timer.kind}"
            found.problem(f"timer {timer.kind}", f"{text}. {_AGAIN}")
