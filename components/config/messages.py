"""What is wrong with a value of the stack file, in the user's terms: what it says, and what to write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from components.config.spec import Estate

_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b"


def sentence(error: ErrorDetails, written: Mapping[tuple[str, ...], str]) -> str:
    """`path: what is wrong; what to write`. `written` are the values as they stand in the file, where it is known."""
    path = tuple(str(part) for part in error["loc"] if part != "[key]")
    where = ".".join(path) or "petbase:estate"
    return f"{where}: {_problem(error, path, written.get(path))}"


def suggestion(name: str, known: Sequence[str], prefix: str = "") -> str:
    """The known key that is nearest to a wrong one, else all of them."""
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {prefix}{close[0]}?" if close else f"; the known keys are {', '.join(known)}"


def _problem(error: ErrorDetails, path: tuple[str, ...], written: str | None) -> str:
    value, kind, context = error["input"], error["type"], error.get("ctx", {})
    key = path[-1] if path else ""
    if kind in ("missing", "extra_forbidden"):
        unknown = f"unknown key{suggestion(key, _siblings(path[:-1]))}"
        return unknown if kind == "extra_forbidden" else "missing; it is required"
    if isinstance(value, str) and set(value) & set(_TYPOGRAPHIC):
        return f"{value} has typographic quotes; use plain ones, or none"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"{_shown(value)} is not allowed; write {context['expected']}".replace("'", "")
    return _of_kind(kind, key, value, written) or _of_limit(kind, value, context) or _of_pydantic(error)


def _of_kind(kind: str, key: str, value: Any, written: str | None) -> str:
    """A value of another kind than the one that is wanted."""
    if value is None:
        if kind.startswith(("model", "dict")):
            return f"empty; write {key}: {{}} for the defaults"
        is_item = key.isdigit()
        return "empty; write a value, or remove the line" if is_item else f"empty; write a value, or remove {key}:"
    if kind == "string_type" and isinstance(value, bool | int | float):
        told = written if written is not None else str(value)
        what = "true or false" if isinstance(value, bool) else f"the number {value}"
        write = f'"{told}"' if key.isdigit() else f'{key}: "{told}"'
        return f"without quotes YAML reads {told} as {what}; write {write}"
    if kind.startswith("bool"):
        return f"{_shown(value)} is not true or false"
    if kind.startswith(("int", "float", "finite")):
        return f"{_shown(value)} is not a {'' if kind.startswith('float') else 'whole '}number"
    return _of_shape(kind, key, value)


def _of_shape(kind: str, key: str, value: Any) -> str:
    """One value, a list and a mapping taken for each other."""
    match kind:
        case "string_type":
            return f"expects one value, not {_shown(value)}; write {key}: {_first(value)}"
        case "tuple_type":
            names = ", ".join(map(str, value)) if isinstance(value, dict) else value
            return f"expects a list, not {_shown(value)}; write {key}: [{names}]"
        case "dict_type" | "model_type" | "model_attributes_type":
            names = ", ".join(_pairs(key, value)) if isinstance(value, list) else ""
            return f"expects names with values, not {_shown(value)}; write {key}: {{{names or 'key: value'}}}"
    return ""


def _pairs(key: str, items: list[Any]) -> Iterator[str]:
    """A list's items as names with values: `A=1`, `A: 1`, and of `apps` the names alone."""
    for item in items:
        if isinstance(item, dict):
            yield from (f"{name}: {'{}' if value is None else value}" for name, value in item.items())
        else:
            name, equals, value = str(item).partition("=")
            yield f"{name}: {value}" if equals else f"{name}: {'{}' if key == 'apps' else 'VALUE'}"


def _of_limit(kind: str, value: Any, context: Mapping[str, Any]) -> str:
    match kind:
        case "greater_than_equal":
            return f"{value} is too small; the minimum is {context['ge']}"
        case "greater_than":
            return f"{value} is too small; it must be greater than {context['gt']}"
        case "less_than_equal":
            return f"{value} is too large; the maximum is {context['le']}"
    return ""


def _of_pydantic(error: ErrorDetails) -> str:
    return f"{_shown(error['input'])} {error['msg'].replace('Input should be', 'should be')}"


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else "VALUE"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "a mapping" if isinstance(value, dict) else f'"{value}"'


def _siblings(path: Sequence[str]) -> tuple[str, ...]:
    """The keys that the section at `path` knows, to suggest one for a typo."""
    model: type[BaseModel] = Estate
    for part in path:
        field = next((f for name, f in model.model_fields.items() if (f.alias or name) == part), None)
        # A name that the user chose (apps.fruits) is no field: the section in its map was found one step before.
        held = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((kind for kind in held if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return tuple(field.alias or name for name, field in model.model_fields.items())
