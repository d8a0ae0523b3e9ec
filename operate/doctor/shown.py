"""Findings on a terminal: a sign, the thing, what was found of it; below that its repair, in the whole width."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from operate.core import terminal
from operate.doctor.findings import COLORS, SIGNS, Finding

if TYPE_CHECKING:
    from rich.console import RenderableType

_NAMES = 22
"""Characters of the column of things. A longer name has a line of its own."""


def show(found: Sequence[Finding]) -> None:
    """All of them on stdout; whole lines where no terminal sets a limit."""
    wide = max((len(one.about) for one in found if len(one.about) <= _NAMES), default=0)
    for one in found:
        terminal.draw_all(_lines(one, wide))


def _lines(one: Finding, wide: int) -> "Iterable[RenderableType]":
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    sign, about = Text(SIGNS[one.level], style=COLORS[one.level]), Text(terminal.printable(one.about), style="bold")
    says = Text(terminal.printable(one.says), overflow="fold")
    if len(one.about) <= wide:
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(width=1)
        row.add_column(width=wide)
        row.add_row(sign, about, says)
        yield row
    else:
        yield Text("  ").join([sign, about])
        yield Padding(says, (0, 0, 0, wide + 5), expand=False)
    if one.repair:
        repair = Text(f"-> {terminal.printable(one.repair)}", style="cyan", overflow="fold")
        yield Padding(repair, (0, 0, 0, 3), expand=False)
