"""Counts the faults that the tests of tests/faults inject into dumps, checks, drills and restores.

By the tests' own text, so that the figure cannot say more than they do: one is reported when its body holds a word by
which it looks at the alarm. A test that cuts at every step counts once, and so does one that orders five answers.
"""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sandbox.workspace import CHECKOUT

FILES = (
    "faults/backups/test_dumps.py",
    "faults/backups/test_check.py",
    "faults/backups/test_drill.py",
    "faults/backups/test_locks.py",
    "faults/cuts/test_restore_cuts.py",
    "faults/backups/test_refill.py",
    "faults/stack/test_tokens.py",
    "operate/restore/test_restore_refused.py",
)
# How these tests look at the alarm: the switch that hears, a failing check's or drill's sentence, the night's own.
_TOLD = ("switch.heard", "problems(", "failed(", "it_is_told(", "is-failed")
# Names that tell of something else than a fault: what is well stays well, what is kept, who learns no secret.
_NO_FAULT = (
    "test_a_young_dump",
    "test_it_runs_by_itself",
    "test_the_alarms_address",
    "test_a_good_dump",
    "test_the_same_schema",
    "test_new_tokens",
    "test_the_reading_token",
    "test_no_more_of_the_token",
    "test_what_is_not_locked",
    "test_the_line_may_go",
    "test_a_new_server_gets",
    "test_a_database_with_tables",
    "test_an_unknown_passphrase",
    "test_options_that",
)


def rows() -> list[tuple[str, str]]:
    """One line a file, and the sum."""
    injected, reported = Counter[str](), Counter[str]()
    present = [f"tests/{name}" for name in FILES if (CHECKOUT / "tests" / name).exists()]
    words = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *present]
    for line in subprocess.run(words, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.splitlines():
        path, found, name = line.partition("::")
        if not found or name.startswith(_NO_FAULT):
            continue
        injected[path] += 1
        reported[path] += any(word in _body(CHECKOUT / path, name.partition("[")[0]) for word in _TOLD)
    told = [(f"`{path}`", f"{count}; {reported[path]}") for path, count in injected.items()]
    every = "all: faults injected and survived; of them, those whose alarm was heard"
    return [*told, (every, f"{injected.total()}; {reported.total()}")]


def _body(path: Path, name: str) -> str:
    text = path.read_text()
    (function,) = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name]
    return ast.get_source_segment(text, function) or ""
