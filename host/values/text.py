"""Text that somebody else wrote, on its way to a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text without anything that a terminal would obey: each such character is a question mark."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
