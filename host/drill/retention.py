"""Which of the copies in verified/ stay: the newest of 7 days, 4 weeks and 6 months. Both ends use this."""

from collections.abc import Callable, Mapping
from datetime import datetime

KEPT = {"daily": 7, "weekly": 4, "monthly": 6}
"""How many days, ISO weeks and months keep their newest copy."""
_PERIODS: dict[str, Callable[[datetime], str]] = {
    "daily": lambda at: f"{at:%Y-%m-%d}",
    "weekly": lambda at: f"{at:%G-%V}",
    "monthly": lambda at: f"{at:%Y-%m}",
}


def counted(made: Mapping[str, datetime]) -> dict[str, tuple[str, ...]]:
    """What each copy counts as, by its name: the newest of its day, week, month. Without those that count as nothing.

    One day has one place, however many dumps of it were verified.
    """
    newest_first = sorted(made, key=lambda name: (made[name], name), reverse=True)
    found: dict[str, tuple[str, ...]] = {}
    for kind, period in _PERIODS.items():
        taken: set[str] = set()
        for name in newest_first:
            when = period(made[name])
            if when in taken or len(taken) == KEPT[kind]:
                continue
            taken.add(when)
            found[name] = (*found.get(name, ()), kind)
    return found


def superfluous(made: Mapping[str, datetime]) -> list[str]:
    """The copies that no day, week or month needs, oldest first."""
    needed = counted(made)
    return sorted((name for name in made if name not in needed), key=lambda name: (made[name], name))
