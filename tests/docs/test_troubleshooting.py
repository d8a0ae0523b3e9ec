"""docs/troubleshooting.md: each text that it explains is one of the code's, and each of the scripts' has a way out."""

import re

import pytest

from tests.docs.drawn import errors

PAGE = (errors.CHECKOUT / "docs/troubleshooting.md").read_text()
# The sandbox says what Pulumi, the providers and their APIs say, in their words.
OURS = {*errors.of_python("components", "host", "operate", "sandbox")}
SHOWN = re.findall(r"^(?:- |  )`([^`]+)`", PAGE, re.MULTILINE)
# Words by which a text says itself what to do.
_WAY_OUT = re.compile(
    r"\b(Try|Use|Look at|On the server|[Ww]rite|[Rr]un|Raise|First|first|Name|Take|Remove|By hand|What there is"
    r"|To \w+ it|wait until|see|another name|choose|is there a release|pulumi up again)\b|\./petbase"
)
# What a verb says of a wrong answer or option: which, how one looks, or which there are.
_ANSWER = re.compile(
    r"--[a-z]|\bas in\b|docs/|letters, digits|\b(is|has|holds|were|are): …"
    r"|See: …|; (name|say|try|change|copy|make|look|resize)\b"
    r"|\b(Install|Start|Choose|Say|Look|Set|Make|Open it again|To go on|the same command|names (another|a private))\b"
)


@pytest.mark.parametrize("shown", SHOWN)
def test_a_text_that_the_page_explains_is_in_the_code(shown: str) -> None:
    assert any(errors.fits(shown, text) for text in OURS)


@pytest.mark.parametrize("text", sorted(set(errors.of_commands())))
def test_what_a_command_fails_with_names_its_way_out_or_is_explained(text: str) -> None:
    assert _WAY_OUT.search(text) or _ANSWER.search(text) or any(errors.fits(shown, text) for shown in SHOWN)


@pytest.mark.parametrize("text", sorted(set(errors.of_verbs())))
def test_what_a_verb_ends_with_names_its_way_out_or_is_explained(text: str) -> None:
    assert _WAY_OUT.search(text) or _ANSWER.search(text) or any(errors.fits(shown, text) for shown in SHOWN)


def test_the_verbs_errors_are_found() -> None:
    found = list(errors.of_verbs())
    assert len(found) > 120
    assert "There is no file …." in found


def test_a_text_that_is_not_there_is_missed() -> None:
    assert not any(errors.fits("the disk has … MB too much", text) for text in OURS)
    assert any(errors.fits("the disk has … MB free", text) for text in OURS)


def test_the_page_explains_what_it_shows() -> None:
    assert len(SHOWN) > 30
    assert len(set(SHOWN)) == len(SHOWN)
    # A line of words that begins with a command would be taken for a text of the code.
    assert [shown for shown in SHOWN if shown.startswith(("./petbase", "pulumi up", "--"))] == []
