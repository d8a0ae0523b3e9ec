"""One error of the models as a line: `path: what is wrong; what to write`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import ErrorDetails

from components.config.messages import characters, other_tools, sections, shapes
from components.config.messages.many import APP_KEY

_WITH_UNIT = re.compile(r"(\d+) ?(d|days?|m|mb|mib|s|seconds?)", re.IGNORECASE)
_GIGABYTES = re.compile(r"(\d+) ?(g|gb|gib)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\w+|\$\{.*\}|\{\{.*\}\}|<[^>]+>")
_ALIKE = 0.7  # of difflib: `formation` is not a typo of `domains`


def sentence(error: ErrorDetails, written: Mapping[tuple[str, ...], str]) -> str:
    """`path: what is wrong; what to write`. `written` are the values as they stand in the file, where it is known."""
    path = path_of(error)
    if path[:1] == ("apps",) and path[1:2] and path[1] in sections.keys(("apps", "")):
        # Two spaces too few: an app's own key is taken for the name of an app.
        return f"apps.{path[1]}: {path[1]} {APP_KEY}"
    where, said = ".".join(path) or "petbase:estate", _problem(error, path, written.get(path))
    for text in (error["input"], path[-1] if path else ""):
        if isinstance(text, str) and text:
            said = said.replace(text, characters.shortened(text))
    return f"{where}: {said}"


def path_of(error: ErrorDetails) -> tuple[str, ...]:
    """The keys that lead to the value."""
    return tuple(str(part) for part in error["loc"] if part != "[key]")


def suggestion(name: str, known: Sequence[str], prefix: str = "") -> str:
    """The known key that is nearest to a wrong one, else all of them."""
    if close := near(name, known):
        return f"; did you mean {prefix}{close}?"
    return f"; the known keys are {', '.join(known)}" if len(known) > 1 else f"; the only key is {''.join(known)}"


def near(name: str, known: Sequence[str]) -> str:
    """The known key that a wrong one is a typo of; "" where there is none."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=_ALIKE)), "")


def _problem(error: ErrorDetails, path: tuple[str, ...], written: str | None) -> str:
    value, kind, context = error["input"], error["type"], error.get("ctx", {})
    key = path[-1] if path else ""
    if kind == "missing":
        return "missing; it is required"
    if kind == "extra_forbidden":
        return _unknown(path)
    told = str(context["error"]) if kind == "value_error" else ""
    hidden = told and str(value) not in told  # it may be a secret
    if isinstance(value, str) and not hidden and (problem := _of_text(value)):
        return problem
    if told:
        return told
    if kind == "literal_error":
        return f"{shapes.shown(value)} is not allowed; write {context['expected']}".replace("'", "")
    return _of_kind(kind, path, value, written) or _of_limit(kind, value, context) or _of_pydantic(error, key)


def _of_text(value: str) -> str:
    """What is wrong with a text wherever it is."""
    if _PLACEHOLDER.fullmatch(value):
        return f'"{value}" is a placeholder; write the value itself'
    return characters.problem(value)


def _unknown(path: tuple[str, ...]) -> str:
    key, known = path[-1], sections.keys(path[:-1])
    if problem := characters.problem(key):
        return f"unknown key: {problem}"
    if key == "secure":
        return "an encrypted value cannot be here; name it in an app's secrets, and set it: ./petbase secrets set"
    if key in sections.keys(()) and not near(key, known):
        return f"unknown key here; {key} belongs to petbase:estate: indent it as far as domain"
    if told := other_tools.sentence(path):
        return f"unknown key; {told}"
    if not near(key, known) and len(owners := sections.with_key(key)) == 1:
        below = "an app: indent it below the app's name" if owners == ["apps"] else f"{owners[0]}: indent it below that"
        return f"unknown key here; {key} belongs to {below}"
    return f"unknown key{suggestion(key, known)}"


def _of_kind(kind: str, path: tuple[str, ...], value: Any, written: str | None) -> str:
    """A value of the wrong kind."""
    key = path[-1] if path else ""
    if value is None:
        return _empty(kind, key)
    if kind == "string_type" and isinstance(value, bool | int | float):
        told = written if written is not None else str(value)
        what = "true or false" if isinstance(value, bool) else f"the number {value}"
        write = f'"{told}"' if key.isdigit() else f'{key}: "{told}"'
        return f"without quotes YAML reads {told} as {what}; write {write}"
    if kind.startswith("bool"):
        return f"{shapes.shown(value)} is not true or false"
    if kind.startswith(("int", "float", "finite")):
        return _number(key, value, "" if kind.startswith("float") else "whole ")
    return shapes.problem(kind, path, value)


def _number(key: str, value: Any, whole: str) -> str:
    unit = _WITH_UNIT.fullmatch(value) if isinstance(value, str) else None
    write = f"{key}: {int(unit[1])}" if unit else "digits alone"
    if key.endswith("-mb") and isinstance(value, str) and (size := _GIGABYTES.fullmatch(value)):
        write = f"{key}: {int(size[1]) * 1024}"
    return f"{shapes.shown(value)} is not a {whole}number; write {write}"


def _empty(kind: str, key: str) -> str:
    if kind.startswith("model"):
        return f"empty; write {key}: {{}} for the defaults"
    if kind.startswith("dict"):
        return f"empty; write {key}: {{}} for none"
    return "empty; write a value, or remove the line" if key.isdigit() else f"empty; write a value, or remove {key}:"


def _of_limit(kind: str, value: Any, context: Mapping[str, Any]) -> str:
    match kind:
        case "greater_than_equal":
            return f"{value} is too small; the minimum is {context['ge']}"
        case "greater_than":
            return f"{value} is too small; it must be greater than {context['gt']:g}"
        case "less_than_equal":
            return f"{value} is too large; the maximum is {context['le']}"
    return ""


def _of_pydantic(error: ErrorDetails, key: str) -> str:
    said = error["msg"].replace("Input should be", "should be")
    return f"{shapes.shown(error['input'])} {said}; see {key} in docs/stack-file.md"
