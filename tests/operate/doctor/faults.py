"""A fault as the tests write it: the report that shows it, and the line that it must have."""

from collections.abc import Iterable
from typing import Any

from operate.doctor.findings import Finding
from operate.stack.outputs import Stack, parse
from tests.support.operate import outputs

REPAIR = "./petbase doctor --repair"
Line = tuple[str, str, str, str]
"""Level, about, says, repair."""


def stack(**sections: Any) -> Stack:
    """A stack with the app fruits, and a test's own values on top."""
    return parse("test", outputs(**sections))


def app(**values: Any) -> dict[str, Any]:
    """The section `apps` with other values of the app fruits."""
    return {"fruits": {**outputs()["apps"]["fruits"], **values}}


def wrong(found: Iterable[Finding]) -> list[Line]:
    """All that is not well."""
    return [(one.level, one.about, one.says, one.repair) for one in found if one.level != "well"]
