"""The dumps as a table: what each of them is good for; and their sizes over time as bars."""

import shutil
import textwrap
from datetime import datetime

from rich.table import Table

from operate.backups.inventory import DumpRecord, Inventory
from operate.backups.shown import chart
from operate.core import terminal
from operate.stack.outputs import Backups


def show(spec: Backups, shelf: Inventory, now: datetime) -> None:
    """A row for each dump."""
    grid = Table("dump", box=None, padding=(0, 2, 0, 0))
    for name in ("age", "size"):
        grid.add_column(name, justify="right", no_wrap=True)
    for name in ("verified", "locked until", "expires", "counts as"):
        grid.add_column(name, no_wrap=True)
    for one in shelf.dumps:
        locked = f"{one.locked_until:%Y-%m-%d %H:%M}" if one.locked_until and one.locked_until > now else "-"
        grid.add_row(
            one.key, terminal.age(one.made, now), terminal.size(one.size), _verdict(one), locked, _end(spec, one),
            "safety dump" if one.safety else ", ".join(one.counts) or "-",
        )  # fmt: skip
    terminal.grid(grid)


def show_chart(shelf: Inventory) -> None:
    """A bar for each dump, the oldest first."""
    old_first = shelf.dumps[::-1]
    shown = [old_first[place] for place in chart.sample(len(old_first), 40)]
    width = max(10, min(80, shutil.get_terminal_size((100, 24)).columns - 40))
    grid = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    for one, bar in zip(shown, chart.bars([one.size for one in shown], width), strict=True):
        grid.add_row(f"{one.made:%Y-%m-%d %H:%M}", terminal.size(one.size), f"{bar} ✓" if one.verified else bar)
    terminal.grid(grid)
    if len(shown) < len(old_first):
        terminal.note(f"{len(shown)} of {len(old_first)} dumps, evenly chosen.")


def _verdict(one: DumpRecord) -> str:
    if one.verified:
        return f"✓ {one.evidence.at:%Y-%m-%d}" if one.evidence else "✓"
    if one.evidence is None:
        return "-"
    # The whole of it is under the list, as the last drill's.
    return textwrap.shorten(f"✗ {one.evidence.error or 'changed since'}", 40, placeholder=" …")


def _end(spec: Backups, one: DumpRecord) -> str:
    """When it is gone for good: a copy in verified/ that counts stays beyond the dump itself."""
    if one.counts:
        return "kept"
    if one.own is None and not spec.paused:
        return "at the next drill"
    if one.expires is None:
        return "not while paused" if spec.paused and spec.store == "r2" else "never"
    return f"{one.expires:%Y-%m-%d}"
