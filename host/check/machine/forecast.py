"""When something runs out, by how much was left over the last days."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from statistics import median

_DAY = 86_400
_WEEK = 7 * _DAY
_STEP = _DAY // 4
_STEPS = 5
"""At least a day of checks: less tells nothing of a night's dump."""
_FAR = 365 * _DAY
_Point = tuple[int, float]


def seconds_until_none(points: Sequence[tuple[int, int]]) -> int | None:
    """Seconds from the last point on, which is now; None where it does not become less, or not within a year.

    `points` are (seconds, what was left). What goes on all day is seen after a day, what comes each night by the week.
    """
    now, left = points[-1]
    quarters: dict[int, list[int]] = {}
    for at, free in points:
        if now - _WEEK < at <= now:
            quarters.setdefault(at // _STEP, []).append(free)
    middles = [(quarter * _STEP, median(free)) for quarter, free in sorted(quarters.items())]
    if len(middles) < _STEPS:
        return None
    slope = min(_slope(list(pairwise(middles[-_STEPS:]))), _slope(list(combinations(middles, 2))))
    # Less than a year, and no division by next to nothing.
    return int(left / -slope) if slope * _FAR < -left else None


def _slope(pairs: Sequence[tuple[_Point, _Point]]) -> float:
    """The middle one (Theil and Sen): a big file that came once is no trend."""
    return median((later[1] - former[1]) / (later[0] - former[0]) for former, later in pairs)
