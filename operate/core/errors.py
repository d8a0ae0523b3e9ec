"""How a verb ends when it cannot do its work: one paragraph that names the way out, and an exit code."""

import re
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_SECRET_IN_URL = re.compile(r"://[^\s/]*@")


class PetbaseError(Exception):
    """It failed, or could not look: exit code 1. The text is what people read."""

    code = 1


class RefusedError(PetbaseError):
    """It was not begun: a wrong or missing answer, or something that would be overwritten. Exit code 2."""

    code = 2


def tried(look: Callable[[], _T]) -> _T | PetbaseError:
    """What was found, or why nothing was: for questions that must not keep the others from being asked."""
    try:
        return look()
    except PetbaseError as problem:
        return problem


def masked(text: str) -> str:
    """The text without what is before the @ of a URL: Dokku's verbs print the superuser's."""
    return _SECRET_IN_URL.sub("://***@", text)


def tail(text: str, lines: int = 6) -> str:
    """The last lines of what a program said, on one line, masked."""
    found = [line.strip(" \t!") for line in text.strip().splitlines() if line.strip()]
    return masked("; ".join(found[-lines:])) or "it printed nothing"
