"""What people read: results on stdout, everything else on stderr, so that a pipe gets the result alone."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from components.config.messages.characters import spelled
from host.values.json_values import to_json
from host.values.text import size as size  # noqa: PLC0414 (verbs take it from here)
from operate.core import wrapping

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.status import Status
    from rich.table import Table

_WIDE = 250  # characters
printable = spelled
"""One line that steers no terminal: names come from apps' databases, Dokku and buckets, and may hold anything."""


def result(text: str, *, now: bool = False) -> None:
    """One or more lines of the result. `now`: also a pipe gets them at once."""
    print(_lines(text), flush=now)


def as_json(found: Any) -> None:
    """The result as one JSON object, for scripts."""
    result(json.dumps(to_json(found)))


def note(text: str) -> None:
    """One or more lines about the work."""
    print(_lines(text), file=sys.stderr)


def _lines(text: str) -> str:
    """Petbase's own texts have line breaks and tabs."""
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


def ask(question: str) -> str | None:
    """One line from stdin, without its end; None at the end of stdin. The question goes to stderr."""
    print(f"{_lines(question)}: ", end="", file=sys.stderr, flush=True)
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        note("")
        raise
    if not line.endswith("\n"):
        note("")
    return line.strip() if line else None


def table(rows: Iterable[tuple[str, str]]) -> None:
    """Names and values, as a small table on stdout."""
    rows = [(printable(name), value) for name, value in rows]
    wide = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        paragraph([(name.ljust(wide), "bold")], value)


def paragraph(first: Sequence[tuple[str, str]], text: str = "", *, style: str = "", gap: str = "  ") -> None:
    """A label in parts, each with its style, and beside it the text in as many lines as the terminal needs.

    A pipe gets one line. Commands stay whole, also where they are longer than the terminal is wide.
    """
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    line = Text(gap).join(Text(*part) for part in first)
    left = len(line) + len(gap)
    text = printable(text)
    for told in wrapping.lines(text, console.width - left if sys.stdout.isatty() else len(text)):
        shown = Text.assemble(line, gap, (told, style)) if told else line
        console.print(shown, soft_wrap=True)
        line = Text(" " * (left - len(gap)))


def columns(*names: str, right: Sequence[str] = ()) -> "Table":
    """An empty table without lines; the columns `right` come last and hold numbers."""
    from rich.table import Table

    rows = Table(*names, box=None, padding=(0, 3, 0, 0))
    for name in right:
        rows.add_column(name, justify="right")
    return rows


def draw(rows: "Table", *, stderr: bool = False) -> None:
    """A table as it is; on stderr for what will be done, before a question."""
    from rich.console import Console

    _make_printable(rows)
    Console(stderr=stderr, highlight=False, markup=False).print(rows)


def grid(rows: "Table") -> None:
    """A table whose columns the caller defines, on stdout; as wide as it is where no terminal sets a limit.

    A terminal that is too narrow for one with a header gets of each row the first cell, whole, and the others below.
    """
    from rich.console import Console

    _make_printable(rows)
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else _WIDE)
    wide = console.measure(rows, options=console.options.update_width(_WIDE)).maximum
    if wide <= console.width or not rows.show_header:
        console.print(rows)
        return
    from rich.padding import Padding

    names = [str(column.header) for column in rows.columns[1:]]
    for first, *rest in zip(*(column.cells for column in rows.columns), strict=True):
        console.print(first, soft_wrap=True)
        told = "; ".join(f"{name} {cell}" for name, cell in zip(names, rest, strict=True) if cell != "-")
        console.print(Padding(told, (0, 0, 0, 2)))


def _make_printable(rows: "Table") -> None:
    for column in rows.columns:
        column._cells = [_printable_cell(cell) for cell in column.cells]


def _printable_cell(cell: "RenderableType") -> "RenderableType":
    from rich.text import Text

    if isinstance(cell, Text):
        cell.plain = printable(cell.plain)
        return cell
    return printable(cell) if isinstance(cell, str) else cell


def clear() -> None:
    """An empty screen, where stdout is a terminal."""
    from rich.console import Console

    Console().clear()


_moving: "list[tuple[Status, str]]" = []


def tell_last_run(seconds: float) -> None:
    """How long what runs now took the last time: in the line that moves, else in a new one."""
    told = f"the last one took {duration(seconds) if seconds >= 1 else 'less than 1 s'}"
    if not _moving:
        note(f"  {told}")
        return
    status, what = _moving[-1]
    status.update(f"{what} ({told})")


def duration(seconds: float) -> str:
    """`41 s`, `3 min`, `2 h 5 min`."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def working(what: str) -> Iterator[None]:
    """A line that moves while something runs; a plain one where stderr is not a terminal."""
    if not sys.stderr.isatty():
        note(what)
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what) as status:
        _moving.append((status, what))
        try:
            yield
        finally:
            _moving.pop()


def counted(count: int, what: str) -> str:
    """`1 dump`, `3 dumps`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def age(moment: datetime, now: datetime | None = None) -> str:
    """How long ago: `3 minutes`, `5 hours`, `12 days`."""
    seconds = max(0, int(((now or datetime.now(UTC)) - moment).total_seconds()))
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length or unit == "second":
            return counted(seconds // length, unit)
    raise AssertionError
