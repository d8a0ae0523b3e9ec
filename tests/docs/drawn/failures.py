"""The table of what can go wrong in docs/backups.md, drawn from tests/host/check/failures.

`make docs` writes it between its two lines; a test compares it.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.host.check.failures.elsewhere import ELSEWHERE, Elsewhere
from tests.host.check.failures.failure import Failure
from tests.host.check.failures.table import SECTIONS

_PAGE = Path(__file__).resolve().parents[3] / "docs/backups.md"
_BEGIN, _END = "<!-- what can go wrong -->\n", "<!-- end -->"
_TABLE = re.compile(f"(?<={_BEGIN}).*?(?={_END})", re.DOTALL)
_HEAD = ("what goes wrong", "counts as wrong", "who reports it", "alert after, at most", "shown by")
INJECTED = "test_a_failure_is_told"
"""The test that has a case for each failure of the table, called by its first cell."""


def page() -> str:
    """The page with the table drawn anew; what is around it is written by hand."""
    return _TABLE.sub(lambda _: f"\n{table()}\n\n", _PAGE.read_text())


def table() -> str:
    """A row for each failure, under the question that it answers."""
    lines = [_line(_HEAD), "|---" * len(_HEAD) + "|"]
    sections: dict[str, Sequence[Failure | Elsewhere]] = {**SECTIONS, **ELSEWHERE}
    for question, failures in sections.items():
        lines += [f"| **{question}** |{' |' * (len(_HEAD) - 1)}", *map(_row, failures)]
    return "\n".join(lines)


def _row(failure: Failure | Elsewhere) -> str:
    if isinstance(failure, Elsewhere):
        tests = ", ".join(f"`{name}`" for name in failure.tests)
        return _line((failure.what, "at once", failure.who, _duration(failure.seconds), tests))
    told = {"": "the check: switch and channels", "the switch": "the check: channels, and the switch by silence"}
    who = told.get(failure.deaf, "the check: switch and other channels")
    return _line((failure.what, failure.counts, who, _duration(failure.seconds), f"`{INJECTED}`"))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _duration(seconds: int) -> str:
    hours, minutes = divmod(-(-seconds // 60), 60)
    if hours and not minutes:
        return f"{hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
