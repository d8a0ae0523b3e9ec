"""Petbase's notes on this server: can all of them be read?"""

from host.check.findings import AGAIN, Findings
from host.watch.settings import UNREADABLE, unreadable

_SHOWN = 5


def look_at_notes(found: Findings) -> None:
    """A file that cannot be read counts as none: an app whose owner was in it would not be looked at any more."""
    state = found.host.state
    broken = state.unreadable()
    if broken:
        more = f" and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        text = f"{', '.join(broken[:_SHOWN])}{more} in {state.folder} cannot be read"
        found.problem("notes", f"{text}. Remove what is broken. {AGAIN}")
    elif found.settings == UNREADABLE:
        found.problem("notes", unreadable(found.host, found.service))
