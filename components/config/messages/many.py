"""Many problems in a few lines: of those that differ by their value alone the first ones, and a count of the others."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_OF_A_KIND = 3
_LINES = 11
_VALUE = re.compile(r'"[^"]*"')


def in_few_lines(problems: Sequence[str]) -> Iterator[str]:
    """At most eleven lines, which the line before them makes twelve."""
    kinds = [_kind(problem) for problem in problems]
    counts, seen = Counter(kinds), Counter[tuple[str, str]]()
    lines: list[tuple[str, int]] = []
    for problem, kind in zip(problems, kinds, strict=True):
        seen[kind] += 1
        if seen[kind] <= _OF_A_KIND or counts[kind] == _OF_A_KIND + 1:
            lines.append((problem, 1))
        elif seen[kind] == counts[kind]:
            more = counts[kind] - _OF_A_KIND
            lines.append((f"{kind[0]}: and {more} more of this kind", more))
    kept = lines if len(lines) <= _LINES else lines[: _LINES - 1]
    yield from (line for line, _ in kept)
    if left := len(problems) - sum(count for _, count in kept):
        yield f"and {left} more; correct these first"


def _kind(problem: str) -> tuple[str, str]:
    """The list or section that it is in, and the sentence without its values and way out."""
    path, _, sentence = problem.partition(": ")
    above = path.partition(" ")[0].rpartition(".")[0]
    return above, _VALUE.sub("", sentence.partition(";")[0])
