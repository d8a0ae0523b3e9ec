"""The drawn pages are what the code draws now, and every key of the stack file is described."""

from pathlib import Path

import pytest

from tests.docs import stack_file
from tests.docs.pages import PAGES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_drawn_page_is_what_the_code_draws(path: Path) -> None:
    assert path.read_text() == PAGES[path](), "run: make docs"


def test_every_key_of_the_stack_file_has_a_sentence_under_it() -> None:
    keys = [key for _, _, held in stack_file.sections() for key in held]
    assert len(keys) > 50
    assert [key.path for key in keys if not key.means] == []
    assert [key.path for key in keys if "|" in key.means + key.form] == []
