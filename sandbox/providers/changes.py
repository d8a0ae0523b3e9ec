"""What differs between two sets of inputs, and whether that replaces the resource."""

from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from .assets import by_hash
from .values import Json, State

_Kind = provider_pb2.PropertyDiff


def between(declared: Mapping[str, Json], old: State, new: State, delete_first: bool = False) -> Any:
    """The engine's answer. A property declared `replaces` makes a replacement; an unknown value is a change.

    `delete_first` says that the program chose the name itself: a replacement of the same name then has to be deleted
    before its successor is made, as bridged providers tell the engine.
    """
    changed = sorted(name for name in declared if by_hash(old.get(name)) != by_hash(new.get(name)))
    replaces = [name for name in changed if declared[name].get("replaces")]
    answer = provider_pb2.DiffResponse
    return answer(
        changes=answer.DIFF_SOME if changed else answer.DIFF_NONE,
        replaces=replaces,
        deleteBeforeReplace=delete_first and bool(replaces) and "name" not in changed,
        diffs=changed,
        detailedDiff={name: _Kind(kind=_kind(old, new, name, name in replaces), inputDiff=True) for name in changed},
        hasDetailedDiff=True,
    )


def _kind(old: State, new: State, name: str, replaces: bool) -> Any:
    if name not in old:
        return _Kind.ADD_REPLACE if replaces else _Kind.ADD
    if name not in new:
        return _Kind.DELETE_REPLACE if replaces else _Kind.DELETE
    return _Kind.UPDATE_REPLACE if replaces else _Kind.UPDATE
