"""Do dumps restore? What the drills left behind."""

from __future__ import annotations

from host.check.findings import Findings
from host.watch.intervals import drill_limit
from host.watch.settings import folder

_DAY = 86_400


def look_at_drills(found: Findings) -> None:
    """The last drill failed, or none has ended well for too long."""
    failure = found.host.state.read(f"{folder(found.service)}/drill-failed")
    if failure and not _is_made_up_for(found, failure):
        found.problem("drill", str(failure["text"]))
    shrunk = found.host.state.read(f"{folder(found.service)}/shrunk")
    if shrunk:
        found.problem("rows", str(shrunk["text"]))
    late, limit = found.seconds_late(found.drilled), drill_limit(found.settings.drill)
    if limit and late > limit:
        found.problem("drill late", f"no drill has ended well for {late // _DAY} days. Try: ./petbase drill")


def _is_made_up_for(found: Findings, failure: dict[str, object]) -> bool:
    """Whether the drill failed for want of a dump, and there is one now: the check has just read that by itself."""
    return not failure.get("dump") and found.newest is not None
