"""What tenants and others named reaches no terminal raw; Petbase's own texts keep their lines."""

import re
import sys
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

import operate
from operate.core import terminal

HOSTILE = "a\x1b[2J\n\tb\u202e\x9b\x7f\u2028é✓"
SHOWN = "a\\x1b[2J\\n\\tb\\u202e\\x9b\\x7f\\u2028é✓"


def test_what_does_not_print_is_spelled_out() -> None:
    assert terminal.printable(HOSTILE) == SHOWN
    assert terminal.printable("fruits ✓ 水果 é") == "fruits ✓ 水果 é"


def test_results_and_notes_keep_their_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.result("one\n\ttwo\x1b[2J")
    terminal.note("\nthree\r")
    assert capsys.readouterr() == ("one\n\ttwo\\x1b[2J\n", "\nthree\\r\n")


def test_no_table_shows_a_name_raw(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table([(HOSTILE, HOSTILE)])
    grid = Table("name", box=None)
    grid.add_column("more")
    grid.add_row(HOSTILE, Text(HOSTILE, style="bold"))
    terminal.grid(grid)
    plan = Table("name", box=None)
    plan.add_row(HOSTILE)
    terminal.draw(plan, stderr=True)
    out, err = capsys.readouterr()
    assert (out.count(SHOWN), err.count(SHOWN)) == (4, 1)
    assert not [letter for letter in HOSTILE if not letter.isprintable() and letter != "\n" and letter in out + err]


def test_a_pipe_gets_each_value_on_one_line_and_a_narrow_terminal_the_whole_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, value = "n" * 50, "word " * 80 + "end"
    terminal.table([(name, value)])
    assert capsys.readouterr().out == f"{name}  {value}\n"
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    terminal.paragraph([(name, "bold")])
    assert name in capsys.readouterr().out


def test_no_other_module_prints_by_itself() -> None:
    """What goes past these functions goes past `printable`; progress.py draws bars of bytes and no names."""
    own = {"terminal.py", "progress.py"}
    files = [file for file in Path(operate.__file__).parent.rglob("*.py") if file.name not in own]
    assert [file.name for file in files if re.search(r"\bprint\(|\bConsole\(", file.read_text())] == []


def test_a_duration_is_in_the_unit_that_a_person_would_use() -> None:
    assert [terminal.duration(seconds) for seconds in (0.4, 41, 99, 100, 700, 7500)] == [
        "0 s", "41 s", "99 s", "2 min", "12 min", "2 h 5 min",
    ]  # fmt: skip


def test_things_are_counted() -> None:
    assert [terminal.counted(count, "dump") for count in (0, 1, 1200)] == ["0 dumps", "1 dump", "1,200 dumps"]


def test_how_long_the_last_run_took_has_a_separate_line_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with terminal.working("dumping db"):
        terminal.tell_last_run(41.2)
    assert capsys.readouterr().err == "dumping db\n  the last one took 41 s\n"
