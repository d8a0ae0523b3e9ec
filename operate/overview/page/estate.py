"""The stack as a picture, from its outputs: who reaches it, the server with apps and database, the bucket."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from components.config.values import cron
from host.report.model.status import StatusReport
from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.doctor.findings import Level
from operate.doctor.subjects import database
from operate.overview import address, app_state
from operate.overview.page.markup import Part, el
from operate.stack.outputs import Backups, Server, Stack

Report = StatusReport | PetbaseError
_WIDE, _LEFT, _APP = 400, 24, 46
"""The width of the drawing, the edge of what is inside the server, and the height of an app with its gap."""
_CHARS, _BOLD_CHARS = 44, 36  # that fit in a box
_LEVELS: dict[str, Level] = {"runs": "well", "not pushed yet": "hint", "not known": "unknown"}


def picture(stack: Stack, report: Report, bucket: Inventory | PetbaseError) -> Element:
    """From the top down: the internet, the server, the bucket."""
    apps = list(_apps(stack, report))
    base = 118 + len(apps) * _APP
    parts: list[Part] = [*_web(stack.server), *_server(stack.server, base)]
    for place, parts_of_app in enumerate(apps):
        parts += [el("g", *parts_of_app, transform=f"translate(0 {118 + place * _APP})")]
    parts += [*_database(stack, report, base), *_bucket(stack.backups, bucket, base + 110)]
    label = f"{stack.name}: the server with its apps and its database, and the bucket of the dumps"
    return el("svg", *parts, viewBox=f"0 0 {_WIDE} {base + 158}", class_="estate", role="img", aria_label=label)


def _web(server: Server) -> Iterator[Element]:
    proxied = server.web_from == "cloudflare"
    yield _box(90, 2, 220, 36)
    yield _text(_WIDE // 2, 25, "Internet, through Cloudflare" if proxied else "Internet", middle=True)
    yield from _arrow(_WIDE // 2, 38, 66)
    yield _text(_WIDE // 2 + 12, 57, "HTTPS", soft=True)


def _server(server: Server, base: int) -> Iterator[Element]:
    yield el("rect", class_="server", x=2, y=66, width=_WIDE - 4, height=base + 2, rx=8)
    yield _text(16, 88, f"server {server.address}", bold=True)
    yield _text(16, 106, f"SSH on port {server.port}", soft=True)


def _apps(stack: Stack, report: Report) -> Iterator[list[Element]]:
    states = {} if isinstance(report, PetbaseError) else {one.name: app_state.state(one) for one in report.apps}
    for name, urls in address.urls(stack).items():
        state = states.get(name, "not known")
        where = urls[0].partition("://")[2] if urls else "answers to no name"
        yield [
            _box(_LEFT + 16, 0, _WIDE - _LEFT - 30, 38),
            el("path", class_="wire", d=f"M {_LEFT + 16} 19 H {_LEFT}"),
            _dot(_LEFT + 32, 19, _LEVELS.get(state, "bad"), state),
            _text(_LEFT + 46, 16, name, bold=True),
            _text(_LEFT + 46, 32, f"{where}, schema {stack.apps[name].schema}", soft=True),
        ]


def _database(stack: Stack, report: Report, base: int) -> Iterator[Element]:
    version, level, says = stack.version, "unknown", "not known"
    if isinstance(report, StatusReport):
        found = report.postgres.value
        level = database.connections(found).level if found else "bad"
        version = found.version if found else version
        says = f"{found.connections} of {found.max_connections} connections" if found else "answers no query"
    if stack.apps:
        yield el("path", class_="wire", d=f"M {_LEFT} 137 V {base + 6}")
        yield el("path", class_="tip", d=f"M {_LEFT - 5} {base + 4} h 10 l -5 8 z")
    yield _box(16, base + 12, _WIDE - 30, 44)
    yield _dot(32, base + 34, level, says)
    yield _text(46, base + 31, f"database {stack.service}, PostgreSQL {version}", bold=True)
    yield _text(46, base + 48, says, soft=True)


def _bucket(spec: Backups, bucket: Inventory | PetbaseError, top: int) -> Iterator[Element]:
    counted = "does not open" if isinstance(bucket, PetbaseError) else terminal.counted(len(bucket.dumps), "dump")
    schedule = "paused" if spec.paused else f"{cron.words(spec.schedule)} (UTC)"
    yield from _arrow(_WIDE // 2, top - 42, top)
    yield _text(_WIDE // 2 + 12, top - 12, schedule, soft=True)
    yield _box(2, top, _WIDE - 4, 44)
    yield _dot(18, top + 22, "unknown" if isinstance(bucket, PetbaseError) else "well", counted)
    yield _text(32, top + 19, f"bucket {spec.target}", bold=True)
    yield _text(32, top + 36, f"{counted}, kept {spec.keep_days} days{', encrypted' * spec.encrypted}", soft=True)


def _box(x: int, y: int, width: int, height: int) -> Element:
    return el("rect", class_="box", x=x, y=y, width=width, height=height, rx=6)


def _arrow(x: int, start: int, end: int) -> Iterator[Element]:
    yield el("path", class_="wire", d=f"M {x} {start} V {end - 7}")
    yield el("path", class_="tip", d=f"M {x - 5} {end - 8} h 10 l -5 8 z")


def _dot(x: int, y: int, level: str, says: str) -> Element:
    return el("circle", el("title", says), class_=level, cx=x, cy=y, r=6)


def _text(x: int, y: int, text: str, *, bold: bool = False, soft: bool = False, middle: bool = False) -> Element:
    room = _BOLD_CHARS if bold else _CHARS
    shown = text if len(text) <= room else f"{text[: room - 1]}…"
    kind = "bold" if bold else "soft" if soft else ""
    anchor = {"text_anchor": "middle"} if middle else {}
    return el("text", shown, el("title", text), x=x, y=y, class_=kind, **anchor)
