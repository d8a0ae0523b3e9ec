"""Which section of the models a path of the stack file leads to, and which keys it knows."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from components.config.spec import Estate


def at(path: Sequence[str]) -> type[BaseModel]:
    """The section at `path`, or the last one on the way there."""
    model: type[BaseModel] = Estate
    for part in path:
        # A name that the user chose (apps.fruits) is no field: the section in its map was found one step before.
        model = next(_held(model, part), model)
    return model


def keys(path: Sequence[str]) -> tuple[str, ...]:
    """The keys that the section at `path` knows; none where names are free."""
    if path and not list(_held(at(path[:-1]), path[-1])) and path[-1] in _keys(at(path[:-1])):
        return ()
    return _keys(at(path))


def below(path: Sequence[str]) -> type[BaseModel] | None:
    """The section that each free name at `path` has, as in `apps`; None where it has a plain value, as in `scale`."""
    return next(_held(at(path[:-1]), path[-1]), None) if path else None


def _keys(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _held(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    field = next((field for name, field in model.model_fields.items() if (field.alias or name) == key), None)
    found: list[Any] = [field.annotation, *get_args(field.annotation)] if field else []
    return (kind for kind in found if isinstance(kind, type) and issubclass(kind, BaseModel))
