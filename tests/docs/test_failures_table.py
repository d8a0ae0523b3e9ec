"""Every row of the table of what can go wrong names a test that there is, and bench counts the same rows."""

import re
from pathlib import Path

import pytest

from sandbox.workspace import CHECKOUT
from tests.docs.drawn.failures import INJECTED
from tests.host.check.failures.table import FAILURES

_PAGE = (CHECKOUT / "docs/backups.md").read_text()
_ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in _PAGE.partition("<!-- what can go wrong -->")[2].partition("<!-- end -->")[0].splitlines()
    if line.startswith("| ") and not line.startswith(("| **", "| what goes wrong"))
]


@pytest.fixture(scope="module")
def tests() -> set[str]:
    """The names of all tests."""
    texts = (path.read_text() for path in Path(CHECKOUT / "tests").rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"^(?:async )?def (test_\w+)\(", text, re.MULTILINE)}


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row[0])
def test_a_row_says_who_when_and_by_which_test(row: list[str], tests: set[str]) -> None:
    what, counts, who, after, shown_by = row
    assert all((what, counts, who, after))
    names = re.findall(r"`(\w+)`", shown_by)
    assert names
    assert set(names) <= tests
    assert INJECTED not in names or what in [failure.what for failure in FAILURES]


def test_each_failure_that_is_injected_has_its_row() -> None:
    rows = [what for what, *_, shown_by in _ROWS if INJECTED in shown_by]
    assert rows == [failure.what for failure in FAILURES]
    assert len(rows) == len(set(rows))


def test_bench_counts_the_rows_of_the_table() -> None:
    count = len(FAILURES)
    readme = (CHECKOUT / "bench/README.md").read_text()
    assert f"| faults injected; reported; silent | {count}; {count}; 0 |" in readme, "run: python -m bench alarms"
