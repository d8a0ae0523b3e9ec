"""The page of ./petbase status --html: what it shows, that it loads nothing, and that no text is taken for markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from host.core.fact import Fact
from host.report.model.status import StatusReport
from operate.backups.inventory import Inventory
from operate.core.errors import PetbaseError
from operate.doctor.examine import Seen
from operate.overview.page import document
from tests.operate.doctor.faults import app, stack
from tests.operate.overview.seen import FRUITS, REPORT, history, inventory, schemas, seen
from tests.support.operate import outputs

EVIL = "<script>alert(1)</script>\"'&\x1b[2J"
SHOWN = "<script>alert(1)</script>\"'&\\x1b[2J"


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def said(self) -> str:
        return "\n".join(self.texts)

    def count(self, kind: str) -> int:
        return sum(found.get("class") == kind for _, found in self.elements)


def page(found: Seen | None = None, report: Any = None) -> Page:
    full = replace(REPORT, history=history(28), schemas=schemas("fruits", "notes"))
    return Page(document.text_of(found or seen(), report or full))


def test_the_page_shows_the_stack_its_dumps_its_tables_its_weeks_and_what_doctor_found() -> None:
    found = page()
    for text in ("The stack", "Findings", "Dumps", "Tables", "The last weeks"):
        assert text in found.texts
    assert "fruits.localhost, schema fruits" in found.said
    assert "database db, PostgreSQL 18.4" in found.said
    assert "35 dumps; the bucket holds 36.6 MB" in found.said
    assert "41.7 MB, 2 tables, about 2,700 rows" in found.said
    assert "Disk, 62 % used" in found.said
    assert "Connections, 6 of 100" in found.said
    assert "650 checks, 3 with problems; above the dashed line you are alerted" in found.said


def test_each_dump_has_a_bar_and_what_a_drill_said_of_it_its_mark() -> None:
    found = page()
    assert found.count("bar") == 35
    marks = [str(one.get("class")) for tag, one in found.elements if tag == "text"]
    assert (marks.count("well"), marks.count("bad")) == (4, 1)
    assert "postgres-db-14.tgz, 1.1 MB, it cannot be decrypted" in found.said


def test_many_dumps_are_a_choice_that_says_so() -> None:
    found = page(seen(bucket=inventory(300)))
    assert found.count("bar") == 60
    assert "300 dumps, 60 of them shown, evenly chosen" in found.said


def test_a_day_without_a_check_is_a_gap() -> None:
    whole, gap = history(2), [one for one in history(2) if not 10 < (history(2)[-1].at - one.at) // 3600 < 30]
    curves = [page(report=replace(REPORT, history=tuple(points))).count("curve") for points in (whole, gap)]
    assert curves == [2 * 48, 2 * (48 - 20)]


def test_a_figure_that_could_not_be_had_leaves_the_others() -> None:
    points = tuple(replace(one, connections=None, max_connections=None) for one in history(2))
    found = page(report=replace(REPORT, history=points))
    assert "Connections, " not in found.said
    assert found.count("curve") == 48


def test_no_text_becomes_markup_or_steers_a_terminal() -> None:
    evil = replace(FRUITS, name=EVIL)
    made = stack(apps={EVIL: {**app()["fruits"], "urls": [f"https://{EVIL}"]}}, backups={"bucket": EVIL})
    report = replace(REPORT, apps=(evil,), schemas=schemas(EVIL), history=history(1))
    bucket = inventory(9, EVIL + "{}")
    text = document.text_of(seen(made, bucket), report)
    assert "<script" not in text
    assert "\x1b" not in text
    found = Page(text)
    assert SHOWN in found.texts
    assert {tag for tag, _ in found.elements} <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "p",
        "b", "span", "div", "ul", "li", "code", "details", "summary", "table", "tr", "th", "td", "svg", "g", "rect",
        "path", "circle", "line", "text",
    }  # fmt: skip


def test_the_page_loads_nothing_and_forbids_it() -> None:
    text = document.text_of(seen(), replace(REPORT, schemas=schemas("fruits")))
    found = Page(text)
    names = {name for _, attributes in found.elements for name in attributes}
    assert names.isdisjoint({"src", "href", "srcset", "action", "data", "onload", "onclick"})
    assert "default-src 'none'; style-src 'unsafe-inline'" in {one.get("content") for _, one in found.elements}
    assert re.findall(r"url\(|@import", text) == []


def test_the_page_holds_no_secret() -> None:
    text = document.text_of(seen(), REPORT)
    spec = outputs()["backups"]
    assert spec["accessKeyId"] not in text
    assert spec["secretAccessKey"] not in text


def test_findings_come_with_their_fixes_and_the_healthy_ones_are_folded() -> None:
    found = page(replace(seen(), host=PetbaseError("root@127.0.0.1 cannot be reached"), bucket=Inventory()))
    assert "where it is gone for good: docs/disaster.md" in found.texts
    assert "✗ 2 problems, 1 could not be checked" in found.texts
    assert "There is none yet." in found.texts


def test_what_cannot_be_reached_is_said_where_it_would_stand() -> None:
    gone = PetbaseError("root@127.0.0.1 cannot be reached")
    found = page(replace(seen(), bucket=PetbaseError("the bucket refuses")), gone)
    assert "the bucket refuses" in found.texts
    assert "root@127.0.0.1 cannot be reached" in found.texts
    assert "does not open, kept 35 days" in found.said


def test_a_stack_without_apps_and_checks_is_a_page_too() -> None:
    empty: StatusReport = replace(REPORT, apps=(), history=(), schemas=Fact(()))
    found = page(seen(stack(apps={})), empty)
    assert "No app has a table yet." in found.texts
    assert "The server has not checked itself often enough yet. It does so every 15 minutes." in found.texts
