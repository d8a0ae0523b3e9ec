"""The drawn pages are what the code draws now, and every key of the stack file is described."""

from pathlib import Path

import pytest

from tests.docs.drawn import contents, stack_file
from tests.docs.pages import CHECKOUT, PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_drawn_page_is_what_the_code_draws(path: Path) -> None:
    assert path.read_text() == PAGES[path](), "run: make docs"


def test_every_key_of_the_stack_file_has_a_sentence_under_it() -> None:
    keys = [key for _, _, held in stack_file.sections() for key in held]
    assert len(keys) > 50
    assert [key.path for key in keys if not key.means] == []
    assert [key.path for key in keys if "|" in key.means + key.form] == []


@pytest.mark.parametrize("path", contents.pages(CHECKOUT), ids=lambda path: path.name)
def test_a_page_of_more_than_three_screens_has_a_table_of_contents(path: Path) -> None:
    assert contents.missing(path.read_text()) == [], "run: make docs"


def test_a_short_page_needs_no_contents_and_a_long_one_gets_them_once() -> None:
    short = "# T\n\nText.\n\n## One\n\nx\n"
    assert contents.with_contents(short) == short
    long = short + "x\n" * 100 + "## `a.b` and more\n"
    made = contents.with_contents(long)
    assert made.startswith("# T\n\nText.\n\n- [One](#one)\n- [`a.b` and more](#ab-and-more)\n\n## One\n")
    assert contents.with_contents(made) == made
    assert contents.with_contents(f"{made}\n## Two\n").count("- [One](#one)") == 1
