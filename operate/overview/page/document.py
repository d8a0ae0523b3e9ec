"""The page: gathers what it shows, puts its sections together, writes the file."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from host.core.fact import Fact
from host.report.model.status import StatusReport
from operate.core import terminal, times
from operate.core.errors import PetbaseError, RefusedError, tried
from operate.doctor import examine
from operate.doctor.examine import Seen
from operate.doctor.findings import SIGNS, Finding
from operate.overview import look as looking
from operate.overview.page import dumps, estate, history, markup, tables
from operate.overview.page.markup import el
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_STYLE = Path(__file__).with_name("style.css")


def write(file: Path, stack: Stack, connection: Connection) -> None:
    """Look from all sides, and write the page. RefusedError where there is no such folder."""
    if file.is_dir():
        raise RefusedError(f"--html: {file} is a folder; name a file.")
    if not file.parent.is_dir():
        raise RefusedError(f"--html: there is no folder {file.parent}.")
    with terminal.working(f"looking at {stack.name}"), ThreadPoolExecutor(2) as pool:
        seen = pool.submit(examine.see, stack, connection)
        report = tried(lambda: looking.report(stack, connection, page=True))
        text = text_of(seen.result(), report)
    file.write_text(text)
    terminal.note(f"{file}: {terminal.size(file.stat().st_size)}. Open it in a browser; it needs no network.")


def text_of(seen: Seen, report: StatusReport | PetbaseError) -> str:
    """The whole text."""
    stack, now, found = seen.stack, seen.at, seen.findings()
    schemas = Fact(reason=str(report)) if isinstance(report, PetbaseError) else report.schemas
    points = () if isinstance(report, PetbaseError) else report.history
    main = el(
        "main",
        el("section", el("h2", "The stack"), estate.picture(stack, report, seen.bucket)),
        _findings(found),
        dumps.section(seen.bucket, now),
        tables.section(schemas),
        history.section(points),
    )
    again = f"Made by ./petbase status --stack {stack.name} --html FILE, {times.with_local_time(now)}."
    return markup.page(
        f"{stack.name}: Petbase", _STYLE.read_text(), _header(stack, found, now), main, el("footer", again)
    )


def _header(stack: Stack, found: Sequence[Finding], now: datetime) -> Element:
    bad, unknown = (sum(one.level == level for one in found) for level in ("bad", "unknown"))
    says, level = ("all is well", "well") if not (bad or unknown) else (_counted(bad, unknown), "bad")
    return el(
        "header",
        el("h1", stack.name),
        el("b", f"{SIGNS['well' if level == 'well' else 'bad']} {says}", class_=level),
        el("span", f"{now:%Y-%m-%d %H:%M} UTC", class_="soft"),
    )


def _counted(bad: int, unknown: int) -> str:
    problems = [terminal.counted(bad, "problem")] if bad else []
    return ", ".join([*problems, *([f"{unknown} could not be checked"] if unknown else [])])


def _findings(found: Sequence[Finding]) -> Element:
    """Findings that need attention are shown; the healthy ones are folded."""
    open_ones, well = [one for one in found if one.level != "well"], [one for one in found if one.level == "well"]
    parts = [el("ul", *map(_finding, open_ones))] if open_ones else [el("p", "No problems found.", class_="well")]
    if well:
        parts.append(el("details", el("summary", f"{len(well)} healthy"), el("ul", *map(_finding, well))))
    return el("section", el("h2", "Findings"), *parts)


def _finding(one: Finding) -> Element:
    says = el("div", el("b", one.about), f" {one.says}")
    if one.repair:
        says.append(el("code", one.repair))
    return el("li", el("span", SIGNS[one.level], class_=f"sign {one.level}"), says)
