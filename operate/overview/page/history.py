"""Disk and connections over the last weeks, as the server's checks noted them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from xml.etree.ElementTree import Element

from host.check.history import Point
from host.watch.limits import CONNECTIONS_PERCENT, DISK_PERCENT
from operate.backups.shown import chart
from operate.overview.page.markup import el

_MOST = 240
_GAP = 6 * 3600
"""Seconds without a check after which the curve is interrupted."""
_TOP, _BASE, _HIGH = 8, 108, 130  # pixels
_LEFT, _RIGHT = 9, 99  # percent


def section(points: Sequence[Point]) -> Element:
    """One chart for each figure."""
    title = el("h2", "The last weeks")
    if len(points) < 2:
        none = "The server has not checked itself often enough yet. It does so every 15 minutes."
        return el("section", title, el("p", none, class_="soft"))
    shown = [points[place] for place in chart.sample(len(points), _MOST)]
    most = max([one.max_connections for one in points if one.max_connections], default=100)
    charts: list[Element] = []
    if disk := _last(points, _disk):
        charts += [el("h3", f"Disk, {disk} % used"), _chart(shown, _disk, 100, DISK_PERCENT, "%")]
    if used := _last(points, _connections):
        limit = most * CONNECTIONS_PERCENT / 100
        charts += [el("h3", f"Connections, {used} of {most}"), _chart(shown, _connections, most, limit)]
    bad = sum(one.problems > 0 for one in points)
    about = el(
        "p",
        f"{len(points)} checks, {bad} with problems; above the dashed line you are alerted",
        class_="soft",
    )
    return el("section", title, about, *charts)


Figure = Callable[[Point], int | None]


def _disk(point: Point) -> int | None:
    return point.disk_percent


def _connections(point: Point) -> int | None:
    return point.connections


def _last(points: Sequence[Point], figure: Figure) -> str:
    """The newest figure that is known, "" for none."""
    found = [value for one in points if (value := figure(one)) is not None]
    return str(found[-1]) if found else ""


def _chart(points: Sequence[Point], figure: Figure, most: float, limit: float, unit: str = "") -> Element:
    first, last = points[0].at, points[-1].at
    parts = [*_axis(most, limit, unit)]
    for one, two in pairwise(points):
        before, after = figure(one), figure(two)
        if before is not None and after is not None and two.at - one.at <= max(_GAP, 3 * (last - first) / len(points)):
            ends = {f"x{n}": _x(p.at, first, last) for n, p in ((1, one), (2, two))}
            parts.append(el("line", class_="curve", y1=_y(before, most), y2=_y(after, most), **ends))
    parts.append(el("text", _day(first), class_="soft", x=f"{_LEFT}%", y=_HIGH - 4))
    parts.append(el("text", _day(last), class_="soft", x=f"{_RIGHT}%", y=_HIGH - 4, text_anchor="end"))
    label = f"from {_day(first)} to {_day(last)}, at most {max((figure(one) or 0 for one in points), default=0)} {unit}"
    return el("svg", *parts, height=_HIGH, role="img", aria_label=label.strip())


def _axis(most: float, limit: float, unit: str) -> Iterator[Element]:
    for value in (0, most):
        y = _y(value, most)
        yield el("line", class_="axis", x1=f"{_LEFT}%", x2=f"{_RIGHT}%", y1=y, y2=y)
        yield el("text", f"{value:.0f} {unit}".strip(), class_="soft", x=f"{_LEFT - 1}%", y=y + 4, text_anchor="end")
    yield el("line", class_="limit", x1=f"{_LEFT}%", x2=f"{_RIGHT}%", y1=_y(limit, most), y2=_y(limit, most))


def _x(at: int, first: int, last: int) -> str:
    return f"{_LEFT + (_RIGHT - _LEFT) * (at - first) / max(1, last - first):.2f}%"


def _y(value: float, most: float) -> float:
    return round(_BASE - (_BASE - _TOP) * min(value, most) / most, 1)


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
