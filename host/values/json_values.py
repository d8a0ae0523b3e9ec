"""Dataclasses to JSON and back, so that both ends of a report share one definition and a misspelt name is an error."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")
_UNIONS = (typing.Union, types.UnionType)


class JsonError(ValueError):
    """A value that its dataclass does not take. The text names the place: `report.apps[0].running: …`."""


def to_json(value: Any) -> Any:
    """Dataclasses, dicts, tuples and plain values as JSON values."""
    if dataclasses.is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    return value


def from_json(kind: type[T], value: Any, place: str = "report") -> T:
    """The dataclass that `to_json` made this of. JsonError for a missing, unknown or ill-typed value.

    A field with a default may be missing: an earlier release did not write it.
    """
    found: T = _read(kind, value, place)
    return found


def _read(kind: Any, value: Any, place: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in _UNIONS:
        return _read_union(typing.get_args(kind), value, place)
    if origin is typing.Literal:
        return _check(value in typing.get_args(kind), value, place)
    if origin is tuple:
        return _read_tuple(typing.get_args(kind), value, place)
    if origin is dict:
        of = typing.get_args(kind)[1]
        _check(isinstance(value, dict), value, place)
        return {key: _read(of, item, f"{place}.{key}") for key, item in value.items()}
    if dataclasses.is_dataclass(origin or kind):
        return _read_dataclass(kind, value, place)
    # bool is an int to Python, and never meant as one here.
    return _check(isinstance(value, kind) and (kind is bool or not isinstance(value, bool)), value, place)


def _read_union(kinds: tuple[Any, ...], value: Any, place: str) -> Any:
    """Only `X | None` is used."""
    (kind,) = (one for one in kinds if one is not type(None))
    return None if value is None else _read(kind, value, place)


def _read_tuple(kinds: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    """Only `tuple[X, ...]` is used."""
    _check(isinstance(value, list), value, place)
    return tuple(_read(kinds[0], item, f"{place}[{index}]") for index, item in enumerate(value))


def _read_dataclass(kind: Any, value: Any, place: str) -> Any:
    cls = typing.get_origin(kind) or kind
    _check(isinstance(value, dict), value, place)
    hints = _hints(kind)
    if unknown := sorted(value.keys() - hints.keys()):
        raise JsonError(f"{place}.{unknown[0]}: {cls.__name__} has no such field")
    if missing := sorted(_required(cls) - value.keys()):
        raise JsonError(f"{place}.{missing[0]}: missing")
    return cls(**{name: _read(hints[name], one, f"{place}.{name}") for name, one in value.items()})


def _required(cls: Any) -> set[str]:
    none = dataclasses.MISSING
    return {one.name for one in dataclasses.fields(cls) if one.default is none and one.default_factory is none}


def _hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields, with the type variables of a generic one filled in."""
    cls = typing.get_origin(kind) or kind
    filled = dict(zip(getattr(cls, "__parameters__", ()), typing.get_args(kind), strict=True))
    hints = typing.get_type_hints(cls)
    return {field.name: _filled(hints[field.name], filled) for field in dataclasses.fields(cls)}


def _filled(hint: Any, values: Mapping[Any, Any]) -> Any:
    if isinstance(hint, TypeVar):
        return values[hint]
    open_ones = getattr(hint, "__parameters__", ())
    return hint[tuple(values[one] for one in open_ones)] if open_ones else hint


def _check(ok: bool, value: Any, place: str) -> Any:
    if not ok:
        raise JsonError(f"{place}: {value!r:.60} was not expected there")
    return value
