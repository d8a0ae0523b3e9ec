"""How often things happen and when they are late; one place for the server and for ./petbase."""

from __future__ import annotations

_DAY = 86_400  # seconds

CHECK_SECONDS = 900
"""How often the check runs."""
CHECK_IS_SILENT_SECONDS = 3_600
"""After this time without a check it has stopped: reading a big new dump whole takes it a while."""
COPY_IS_SILENT_SECONDS = 14 * 3_600
"""After this time without an hourly copy it has stopped: one of many big dumps may take its 12 hours."""
DRILL_SECONDS = {"never": 0, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 31 * _DAY}
"""How often a drill runs, by the stack file's word."""


def drill_limit(drill: str) -> int:
    """Seconds after which a drill that ended well must have been followed by the next; 0 for no limit.

    One that failed for a passing reason is made up for by the next, so twice the interval.
    """
    return 2 * DRILL_SECONDS[drill]
