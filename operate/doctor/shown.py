"""Findings on a terminal: a sign, the thing, what was found of it; below that its repair, in the whole width."""

from collections.abc import Sequence

from operate.core import terminal
from operate.doctor.findings import COLORS, SIGNS, Finding

_NAMES = 22
"""Characters of the column of things. A longer name has a line to itself."""


def show(found: Sequence[Finding]) -> None:
    """All of them on stdout; whole lines where no terminal sets a limit."""
    wide = max((len(one.about) for one in found if len(one.about) <= _NAMES), default=0)
    for one in found:
        sign, about = (SIGNS[one.level], COLORS[one.level]), terminal.printable(one.about)
        if len(one.about) <= wide:
            terminal.paragraph([sign, (about.ljust(wide), "bold")], one.says)
        else:
            terminal.paragraph([sign, (about, "bold")])
            terminal.paragraph([(" " * (wide + 3), "")], one.says)
        if one.repair:
            terminal.paragraph([("  ", ""), ("->", "cyan")], one.repair, style="cyan", gap=" ")
