"""The table of contents of a long page. `python -m tests.docs.pages` writes it below the page's first paragraphs."""

import re
import textwrap
from pathlib import Path

_LONG = 90  # lines of 80 columns: three screens
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    return "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def is_long(text: str) -> bool:
    """Whether a page is more than three screens."""
    lines = (max(1, len(textwrap.wrap(line, 80))) for line in text.splitlines())
    return sum(lines) > _LONG


def missing(text: str) -> list[str]:
    """The headings that a long page does not link before the first of them."""
    before = text.partition("\n## ")[0]
    headings = _HEADING.findall(text) if is_long(text) else []
    return [heading for heading in headings if f"]({anchor(heading)})" not in before]


def with_contents(text: str) -> str:
    """The page with a link to each heading, where it is long and lacks one."""
    if not missing(text):
        return text
    before, _, rest = text.partition("\n## ")
    # An older list is written anew.
    kept = re.sub(r"\n(- \[[^\n]+\]\(#[^\n]+\)\n)+\Z", "\n", f"{before.rstrip()}\n").rstrip()
    links = "\n".join(f"- [{heading}]({anchor(heading)})" for heading in _HEADING.findall(text))
    return f"{kept}\n\n{links}\n\n## {rest}"


def pages(checkout: Path) -> list[Path]:
    """All but the README, whose first screen has other work to do."""
    return [*sorted((checkout / "docs").glob("*.md")), checkout / "CONTRIBUTING.md", checkout / "bench/README.md"]
