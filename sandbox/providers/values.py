"""Pulumi's property values and plain Python, both ways.

A resource's code sees dicts, lists, strings and numbers only. A value that a preview cannot know yet is the string
UNKNOWN, which is what the engine sends over the wire; `has_unknown` finds it at any depth.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

UNKNOWN: str = rpc.UNKNOWN
"""The engine's own marker for "not known before it exists"."""

Json = Any
State = dict[str, Json]


def plain(value: PropertyValue) -> Json:
    """The value without secrets' wrapping; whole numbers become int. TypeError on assets, which none here takes."""
    inner: Json = value.value
    if isinstance(inner, float) and inner.is_integer():
        return int(inner)
    if inner is None or isinstance(inner, bool | float | str):
        return inner
    if isinstance(inner, Mapping):
        return {key: plain(item) for key, item in inner.items()}
    if isinstance(inner, Sequence):
        return [plain(item) for item in inner]
    raise TypeError(f"the sandbox's providers take no {type(inner).__name__}")


def plain_map(values: Mapping[str, PropertyValue]) -> State:
    """A whole property map in plain Python. Null means absent, as it does in the SDK."""
    return {key: plain(item) for key, item in values.items() if item.value is not None}


def wrapped(value: Json, secret: bool = False) -> PropertyValue:
    """The value as the engine takes it, marked secret where told."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return PropertyValue(value, is_secret=secret)
    if isinstance(value, int | float):
        return PropertyValue(float(value), is_secret=secret)
    if isinstance(value, Mapping):
        return PropertyValue({key: wrapped(item) for key, item in value.items()}, is_secret=secret)
    return PropertyValue([wrapped(item) for item in value], is_secret=secret)


def has_unknown(value: Json) -> bool:
    """Whether anything inside waits for a resource that does not exist yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return bool(value == UNKNOWN)
