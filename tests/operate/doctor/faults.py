"""A fault as the tests write it: the report that shows it, and the line that it must have."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from operate.doctor.findings import Finding
from operate.stack.outputs import Stack
from operate.stack.parse_outputs import parse
from tests.support.operate import outputs

REPAIR = "./petbase doctor --repair"
Line = tuple[str, str, str, str]
"""Level, about, says, repair."""


def lines_of(test_file: str, faults: Collection[str]) -> dict[str, list[Line]]:
    """The text of a test file, in `lines/` beside it.

    A row has the fault, its level, what it is about, what is said; indented below, the repair.

    A fault may have several lines. One without a line, and a line without its fault, would be tried by no test.
    """
    found: dict[str, list[Line]] = {}
    path = Path(test_file)
    for row in re.split(r"\n(?! )", (path.parent / "lines" / f"{path.stem}.txt").read_text().strip()):
        line, _, repair = row.partition("\n    ")
        fault, level, about, says = line.split(" | ")
        found.setdefault(fault, []).append((level, about, says, repair))
    assert found.keys() == {*faults}
    return found


def stack(**sections: Any) -> Stack:
    """A stack with the app fruits, and a test's own values on top."""
    return parse("test", outputs(**sections))


def app(**values: Any) -> dict[str, Any]:
    """The section `apps` with other values of the app fruits."""
    return {"fruits": {**outputs()["apps"]["fruits"], **values}}


def wrong(found: Iterable[Finding]) -> list[Line]:
    """All that is not well."""
    return [(one.level, one.about, one.says, one.repair) for one in found if one.level != "well"]
