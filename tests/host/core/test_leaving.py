"""docs/leaving.md, run as it is written on a server's notes: what goes is gone, and what the page keeps stays."""

import re
import subprocess

import pytest

from host.core.ownership import claim, owner_of
from host.core.state import FOLDER
from sandbox.workspace import CHECKOUT
from tests.host.recorder import Recorder

_PAGE = (CHECKOUT / "docs/leaving.md").read_text()
_GOES = re.compile(rf"^cd {FOLDER} && rm .*$", re.MULTILINE)
_ROW = re.compile(r"^\| (`[^|]*`) \|", re.MULTILINE)
_NAMES = {"STACK": "prod", "APP": "fruits", "SERVICE": "db", "KIND": "ports", "NAME": "one", "BUCKET": "files"}
_NAMES |= {"RUN": "drill", "FOLDER": "photos"}


def _notes() -> list[str]:
    """Every file that docs/server.md names, below Petbase's folder."""
    page = (CHECKOUT / "docs/server.md").read_text().partition("## What Petbase remembers on the server")[2]
    server, service = page.split("below `services/SERVICE`")
    rows = [(prefix, row) for prefix, part in (("", server), ("services/db/", service)) for row in _ROW.findall(part)]
    return [prefix + name for prefix, row in rows for name in _files(row)]


def _files(row: str) -> list[str]:
    """`a/b.json`, `c.json`: what stands behind a comma is in the same folder, or says its own."""
    first, *more = [re.sub("[A-Z]{2,}", lambda word: _NAMES[word[0]], name) for name in re.findall("`([^`]*)`", row)]
    folder = first.rpartition("/")[0]
    beside = [name.replace("…", folder) if "/" in name else f"{folder}/{name}".lstrip("/") for name in more]
    return [name for name in (first, *beside) if not name.endswith("/")]


@pytest.fixture
def left(server: Recorder) -> Recorder:
    """A server with all of Petbase's notes, on which the page's line was run."""
    for name in _notes():
        server.put(f"{FOLDER}/{name}", '{"how": "made", "stack": "prod"}')
    (line,) = _GOES.findall(_PAGE)
    subprocess.run(["sh", "-c", line.replace(FOLDER, str(server.file(FOLDER)))], check=True)
    return server


def test_nothing_stays_by_which_a_later_stack_would_take_a_thing_for_its_own(left: Recorder) -> None:
    def look(host: object) -> None:
        for thing in ("apps/fruits", "services/db"):
            assert owner_of(host, thing) is None  # type: ignore[arg-type]
            assert claim(host, thing) is None  # type: ignore[arg-type]

    left.part(look)


def test_of_the_notes_only_what_the_page_keeps_is_left(left: Recorder) -> None:
    folder = left.file(FOLDER)
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    kept = ("services/db/", "server/found-certificates/")
    assert all(f"{FOLDER}/{name}".rstrip("/") in _PAGE for name in kept)
    assert found == {name for name in _notes() if name.startswith(kept) and name != "services/db/owner.json"}
    assert found > {"services/db/watch/settings.json", "server/found-certificates/fruits.crt"}


def test_the_page_names_the_units_that_run() -> None:
    from host.watch.units import KINDS, unit_name

    assert {kind for kind in KINDS if unit_name("db", kind) in _PAGE} == {"check", "drill", "copy"}
