"""The sizes of the apps' tables, by app."""

from xml.etree.ElementTree import Element

from host.core.fact import Fact
from host.schema.model import Schema
from operate.core import terminal
from operate.overview.page.markup import Part, el

_MOST = 12
"""Tables that are listed of one schema, the largest first."""


def section(schemas: Fact[tuple[Schema, ...]]) -> Element:
    """A bar for each schema that holds tables, the largest first, and its tables behind it."""
    title = el("h2", "Tables")
    if schemas.value is None:
        return el("section", title, el("p", schemas.reason, class_="unknown"))
    found = sorted((one for one in schemas.value if one.tables), key=lambda one: -one.bytes)
    if not found:
        return el("section", title, el("p", "No app has a table yet."))
    most = max(1, found[0].bytes)
    total = terminal.size(sum(one.bytes for one in found))
    about = el("p", f"{total} in all; rows are PostgreSQL's estimates", class_="soft")
    return el("section", title, about, *(part for one in found for part in _schema(one, most)))


def _schema(one: Schema, most: int) -> list[Part]:
    users = f", app {', '.join(one.users)}" if one.users and one.users != (one.name,) else ""
    count = terminal.counted(len(one.tables), "table")
    says = f"{terminal.size(one.bytes)}, {count}, about {one.rows:,} rows{users}"
    bar = el("div", el("div", style=f"width: {100 * one.bytes / most:.1f}%"), class_="meter")
    return [el("h3", one.name), bar, el("details", el("summary", says), _tables(one))]


def _tables(one: Schema) -> Element:
    by_size = sorted(one.tables, key=lambda table: -table.bytes)
    rows = [
        el(
            "tr",
            el("td", table.name),
            el("td", f"{table.rows:,}", class_="number"),
            el("td", terminal.size(table.bytes), class_="number"),
        )
        for table in by_size[:_MOST]
    ]
    if len(by_size) > _MOST:
        rows.append(el("tr", el("td", f"and {len(by_size) - _MOST} smaller ones", class_="soft", colspan=3)))
    return el("table", *rows)
