"""Which section of the models a path of the stack file leads to, and which keys it knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args, get_origin

from pydantic import BaseModel

from components.config.spec import Estate


@dataclass(frozen=True)
class _Place:
    """A section, or with `names` a map whose names are chosen freely, as in `apps`: of `model`, or of plain values."""

    model: type[BaseModel] | None
    names: bool = False


def at(path: Sequence[str]) -> type[BaseModel]:
    """The section at `path`, or the last one on the way there."""
    ways = (_place(path[:count]).model for count in range(len(path), -1, -1))
    return next(model for model in ways if model)


def keys(path: Sequence[str]) -> tuple[str, ...]:
    """The keys that the section at `path` knows; none where names are free."""
    place = _place(path)
    return () if place.names else _keys(place.model)


def below(path: Sequence[str]) -> type[BaseModel] | None:
    """The section that each free name at `path` has, as in `apps`; None where it has a plain value, as in `scale`."""
    place = _place(path)
    return place.model if place.names else None


def with_key(key: str) -> list[str]:
    """The sections of the stack file that know a key; `apps` where it is an app's."""
    return [section for section in keys(()) if key in _keys(_place((section,)).model)]


def _place(path: Sequence[str]) -> _Place:
    place = _Place(Estate)
    for part in path:
        place = _Place(place.model) if place.names else _field(place.model, part)
    return place


def _field(model: type[BaseModel] | None, key: str) -> _Place:
    fields = model.model_fields.items() if model else ()
    kind = next((field.annotation for name, field in fields if (field.alias or name) == key), None)
    held = (each for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, BaseModel))
    return _Place(next(held, None), names=get_origin(kind) in (dict, Mapping))


def _keys(model: type[BaseModel] | None) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items()) if model else ()
