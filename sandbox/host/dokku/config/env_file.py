"""The text in which Dokku keeps variables, as godotenv 1.5.1 writes and reads it, with the same weaknesses.

A whole number is written as a number, so `007` comes back as `7`. A value that ends in `"` comes back with `\\` in its
place, and one that ends in `\\` makes the whole file unreadable: the reader takes `\\"` for a quote inside the value.
"""

import json
import re
from collections.abc import Mapping

from sandbox.host.dokku.core.say import RefusedError

_ESCAPED = str.maketrans({"\n": "\\n", "\r": "\\r", **{letter: f"\\{letter}" for letter in '\\"!$`'}})
_NUMBER = re.compile(r"[+-]?[0-9]+")
_INT64 = range(-(2**63), 2**63)
_SPACE = r"[ \t\v\f\r\x85\xa0]"
_NAME = re.compile(rf"(?:export{_SPACE}+)?((?:[\w.]|{_SPACE})*?){_SPACE}*[=:]{_SPACE}*", re.ASCII)
_NO_NAME = re.compile(rf"(?:[\w.]|{_SPACE})*(.)", re.ASCII | re.DOTALL)
_COMMENT = re.compile(rf"^(.*{_SPACE})#.*$", re.DOTALL)
_REFERENCE = re.compile(r"(\\)?\$(\()?\{?([A-Z0-9_]+)?\}?")


def dump(values: Mapping[str, str]) -> str:
    """The file's text."""
    return "".join(f"{line}\n" for line in sorted(f"{name}={_written(value)}" for name, value in values.items()))


def _written(value: str) -> str:
    if _NUMBER.fullmatch(value) and int(value) in _INT64:
        return str(int(value))
    return f'"{value.translate(_ESCAPED)}"'


def parse(content: str) -> dict[str, str]:
    """The variables of a file, or of what `config:import` reads. RefusedError where the text is none."""
    found: dict[str, str] = {}
    rest = _statement(content.replace("\r\n", "\n"))
    while rest:
        name = _NAME.match(rest)
        if not name:
            letter = _NO_NAME.match(rest)
            raise RefusedError(
                f"unexpected character {json.dumps(letter[1] if letter else '')} in variable name near "
                f"{json.dumps(rest, ensure_ascii=False)}"
            )
        found[name[1]], rest = _value(rest[name.end() :], found)
        rest = _statement(rest)
    return found


def _statement(text: str) -> str:
    """From the next name on, behind empty lines and comments."""
    text = text.lstrip()
    while text.startswith("#"):
        text = text.partition("\n")[2].lstrip()
    return text


def _value(text: str, known: Mapping[str, str]) -> tuple[str, str]:
    """The value that a text begins with, and the rest of the text."""
    if text[:1] in {'"', "'"}:
        return _quoted(text, known)
    end = re.search(r"[\n\r]|$", text)
    assert end
    line = text[: end.start()]
    return _expanded(_COMMENT.sub(r"\1", line).strip(" \t\v\f\r\x85\xa0"), known), text[end.start() :]


def _quoted(text: str, known: Mapping[str, str]) -> tuple[str, str]:
    quote = text[0]
    end = re.compile(rf"(?<!\\){quote}").search(text, 1)
    if not end:
        raise RefusedError(f"unterminated quoted value {text.partition(chr(10))[0]}")
    value = text[: end.start()].strip(quote)
    if quote == '"':
        value = re.sub(r"\\(.)", lambda found: {"n": "\n", "r": "\r"}.get(found[1], found[0]), value)
        value = _expanded(re.sub(r"\\([^$])", r"\1", value), known)
    return value, text[end.end() :]


def _expanded(value: str, known: Mapping[str, str]) -> str:
    def replaced(found: re.Match[str]) -> str:
        if found[1]:
            return found[0][1:]
        return known.get(found[3], "") if found[3] else found[0]

    return _REFERENCE.sub(replaced, value)
