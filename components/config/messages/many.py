"""Many problems in a few lines: the causes; of those that differ by their value alone the first ones, and a count."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_OF_A_KIND = 3
_LINES = 11
_MEANT = re.compile(r"(?:did you mean |; )([a-z-]+)(?:\?| belongs to)")
APP_KEY = "is a key of an app; indent it below the app's name"
_VALUE = re.compile(r'"[^"]*"')


def causes(problems: Sequence[str]) -> list[str]:
    """Each problem once, without those that are gone when another one is corrected: what is missing since its name has
    a typo or it is indented too far, an app that is empty since its keys are not.
    """
    rest = [problem.partition(": ")[2] for problem in problems]
    meant = {name for text in rest for name in _MEANT.findall(text)}
    own_keys = any(text.endswith(APP_KEY) for text in rest)

    def follows(problem: str) -> bool:
        path, _, text = problem.partition(": ")
        if text.startswith("missing;"):
            return path.rpartition(".")[2] in meant
        return own_keys and path.count(".") == 1 and path.startswith("apps.") and text.startswith("empty;")

    return [problem for problem in dict.fromkeys(problems) if not follows(problem)]


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
