"""The dumps on a time line: their sizes, which were test-restored, which could not be."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from operate.backups.inventory import DumpRecord, Inventory
from operate.backups.shown import chart
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.overview.page.markup import Part, el

_MOST, _LISTED = 60, 10
_TOP, _BASE, _HIGH = 22, 142, 166  # pixels: above the bars, below them, with the dates


def section(bucket: Inventory | PetbaseError, now: datetime) -> Element:
    """The line, its legend, and the newest of the dumps as a list."""
    if isinstance(bucket, PetbaseError):
        return el("section", el("h2", "Dumps"), el("p", str(bucket), class_="unknown"), class_="wide")
    if not bucket.dumps:
        return el("section", el("h2", "Dumps"), el("p", "There is none yet."), class_="wide")
    old_first = bucket.dumps[::-1]
    shown = [old_first[place] for place in chart.sample(len(old_first), _MOST)]
    some = f", {len(shown)} of them shown, evenly chosen" if len(shown) < len(old_first) else ""
    title = f"{terminal.counted(len(old_first), 'dump')}{some}; the bucket holds {terminal.size(bucket.bytes)}"
    parts: list[Part] = [el("h2", "Dumps"), el("p", title, class_="soft"), _line(shown, now), _legend()]
    return el("section", *parts, _list(bucket.dumps[:_LISTED], now), class_="wide")


def _line(dumps: Sequence[DumpRecord], now: datetime) -> Element:
    first, most = dumps[0].made, max(1, *(one.size for one in dumps))
    span = max((now - first).total_seconds(), 1)
    parts = [el("line", class_="axis", x1="0", x2="100%", y1=_BASE, y2=_BASE)]
    for one in dumps:
        at = 1 + 97 * (one.made - first).total_seconds() / span
        parts += _bar(one, f"{at:.2f}%", max(2, round((_BASE - _TOP) * one.size / most)))
    parts.append(el("text", f"{first:%Y-%m-%d}", class_="soft", x="0", y=_HIGH - 6))
    parts.append(el("text", f"{now:%Y-%m-%d %H:%M} UTC", class_="soft", x="100%", y=_HIGH - 6, text_anchor="end"))
    label = f"{len(dumps)} dumps from {first:%Y-%m-%d} to {now:%Y-%m-%d}, the largest {terminal.size(most)}"
    return el("svg", *parts, height=_HIGH, role="img", aria_label=label)


def _bar(one: DumpRecord, at: str, high: int) -> Iterator[Element]:
    mark = "test-restored" if one.verified else one.failure or "not tried"
    says = el("title", f"{one.key}, {terminal.size(one.size)}, {mark}")
    yield el("rect", says, class_="bar", x=at, y=_BASE - high, width=5, height=high, rx=1)
    if one.verified or one.failure:
        sign, level = ("✓", "well") if one.verified else ("✗", "bad")
        yield el("text", sign, class_=level, x=at, y=_BASE - high - 5, dx=-3)


def _legend() -> Element:
    signs = (("✓", "well", "test-restored"), ("✗", "bad", "could not be restored"))
    marks = [el("span", el("span", sign, class_=level), f" {says}") for sign, level, says in signs]
    return el("div", el("span", "height: size"), *marks, class_="legend")


def _list(dumps: Sequence[DumpRecord], now: datetime) -> Element:
    rows = [el("tr", el("th", "dump"), el("th", "age", class_="number"), el("th", "size", class_="number"))]
    for one in dumps:
        sign = " ✓" if one.verified else " ✗" if one.failure else ""
        name = el("td", one.key, el("span", sign, class_="well" if one.verified else "bad"))
        age, size = terminal.age(one.made, now), terminal.size(one.size)
        rows.append(el("tr", name, el("td", age, class_="number"), el("td", size, class_="number")))
    return el("details", el("summary", "the newest ones"), el("table", *rows))
