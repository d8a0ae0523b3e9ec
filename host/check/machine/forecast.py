"""When something runs out, by how much was left over the last days."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from statistics import median

_DAY = 86_400
_WINDOW = 7 * _DAY
_STEP = _DAY // 4
_STEPS = 5
"""At least a day of checks: less tells nothing of a night's dump."""
_FAR = 365 * _DAY


def seconds_until_none(points: Sequence[tuple[int, int]]) -> int | None:
    """Seconds from the last point on, which is now; None where it does not become less, or not within a year.

    `points` are (seconds, what was left). The middle one of all slopes between quarters of days (Theil and Sen): one
    big file that came, or a dump that was there for an hour, is no trend.
    """
    now, left = points[-1]
    quarters: dict[int, list[int]] = {}
    for at, free in points:
        if now - _WINDOW < at <= now:
            quarters.setdefault(at // _STEP, []).append(free)
    middles = [(quarter * _STEP, median(free)) for quarter, free in sorted(quarters.items())]
    if len(middles) < _STEPS:
        return None
    slope = median((later[1] - former[1]) / (later[0] - former[0]) for former, later in combinations(middles, 2))
    # Less than a year, and no division by next to nothing.
    return int(left / -slope) if slope * _FAR < -left else None
