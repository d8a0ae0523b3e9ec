"""Version numbers, such as 18.4 or 0.38.27, compared number by number."""

import re


def is_older(version: str, than: str) -> bool:
    """Whether a version comes before another: 18.9 before 18.10, and 18 before 18.4."""
    return _numbers(version) < _numbers(than)


def major(version: str) -> int:
    """The first number of a version; 0 where it has none."""
    return next(iter(_numbers(version)), 0)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
