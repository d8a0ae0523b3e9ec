"""Bars in a terminal: eighths of a character, so that small differences show."""

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"


def bars(values: Sequence[int], width: int) -> list[str]:
    """One bar a value, the largest of them `width` characters long; a value above nothing is always seen."""
    most = max(values, default=0)
    return [_bar(value, most, width) for value in values]


def _bar(value: int, most: int, width: int) -> str:
    if value <= 0:
        return ""
    eighths = max(1, round(value * width * 8 / most))
    return (_FULL * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def sample(count: int, most: int) -> list[int]:
    """Which of `count` things in a row to show where only `most` fit: evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})
