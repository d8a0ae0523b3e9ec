"""Text in lines of a width. A command that is meant to be typed stays on one line, however long it is."""

import re
from collections.abc import Iterator

_ARGUMENT = r"(?:'[^']*'|\"[^\"]*\"|[^\s'\",;:.(]|[,;:.(](?=\S))+"
_PROSE = r"(?!(?:\(|and|gives|has|if|is|lists|looks|or|then|where)\b)"
_COMMAND = rf"\./petbase(?: {_PROSE}{_ARGUMENT})+|pulumi [a-z]+(?: --[a-z-]+ {_ARGUMENT})*"
_PARTS = re.compile(rf"(?P<command>{_COMMAND})(?P<mark>[,;:.)]*)(?!\S)|\S+")
_SHORT = 30
"""Characters of a command that may stand within a sentence. After a longer one a new line begins."""


def lines(text: str, width: int, indent: str = "") -> list[str]:
    """The text as it is where it fits, else its lines; `indent` begins each but the first.

    Words are not broken either: they may be URLs or paths.
    """
    if len(text) <= width:
        return [text]
    return [line.rstrip() for line in _filled(text, width, indent)] or [text]


def _filled(text: str, width: int, indent: str) -> Iterator[str]:
    line = start = text[: len(text) - len(text.lstrip())]
    for part in _PARTS.finditer(text):
        alone = len(part["command"] or "") > _SHORT and part["mark"] in {",", ";"}
        word = part["command"] if alone else part[0]
        if line != start and len(line) + len(word) > width:
            yield line
            line = start = indent
        line += f"{word} "
        if alone:
            yield line
            line = start = indent
    if line != start:
        yield line
