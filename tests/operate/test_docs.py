"""What docs and verbs tell people to type exists: every ./petbase line and its options, by the program's own parser."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from operate.cli import build

CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
_LINE = re.compile(r"\./petbase ([^`\n]*)")


def _commands(text: str) -> Iterator[list[str]]:
    """The words behind each ./petbase, up to a sign of the shell, a comment or the end of the sentence."""
    for found in _LINE.finditer(text):
        line = re.split(r"  +|\s#|\s(?:&&|\|\||\||;|>|<)\s?|[;,)](?:\s|$)", found[1])[0]
        try:
            words = shlex.split(line.rstrip(".:)"))
        except ValueError:  # a quote that goes on behind the sign: the verb is what counts
            words = line.split()[:1]
        if words and re.fullmatch(r"[a-z][a-z-]*|--help", words[0]):
            yield words


def _problem(verbs: Any, words: list[str]) -> str:
    """What is wrong with a line; nothing when it is well."""
    if words[0] == "--help":
        return ""
    verb = verbs.commands.get(words[0])
    if verb is None:
        return f"there is no ./petbase {words[0]}"
    if words[0] in ("ssh", "sandbox"):  # what follows belongs to the command
        return ""
    if several := getattr(verb, "commands", None):
        verb = several.get(words[1] if len(words) > 1 else "", verb)
    known = {name for option in verb.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
    unknown = [
        word for word in words[1:] if word.startswith("-") and word != "-" and word.partition("=")[0] not in known
    ]
    return f"./petbase {words[0]} has no {unknown[0]}" if unknown else ""


@pytest.fixture(scope="module")
def verbs() -> Any:
    found: Any = typer.main.get_command(build())
    assert len(found.commands) > 20
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists(page: Path, verbs: Any) -> None:
    problems = [problem for words in _commands(page.read_text()) if (problem := _problem(verbs, words))]
    assert problems == []


def test_every_command_that_a_verb_tells_exists(verbs: Any) -> None:
    files = [path for folder in ("operate", "components", "host") for path in (CHECKOUT / folder).rglob("*.py")]
    texts = (re.sub(r"\{[^{}]*\}", "x", file.read_text()) for file in files)
    found = [words[:1] for text in texts for words in _commands(text)]
    assert len(found) > 100
    assert {problem for words in found if (problem := _problem(verbs, words))} == set()


def test_a_page_that_is_named_exists() -> None:
    for page in PAGES:
        for name in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / name).exists(), f"{page.name} leads to {name}"


def test_a_heading_that_is_named_exists() -> None:
    for page in PAGES:
        text = page.read_text()
        headings = {_anchor(line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
        for name in re.findall(r"\]\(#([^)]+)\)", text):
            assert name in headings, f"{page.name} leads to #{name}"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_a_wrong_command_is_found(verbs: Any) -> None:
    text = "`./petbase resotre` and `./petbase restore --form x`, ./petbase ssh ls --all"
    problems = [_problem(verbs, words) for words in _commands(text)]
    assert problems == ["there is no ./petbase resotre", "./petbase restore has no --form", ""]
