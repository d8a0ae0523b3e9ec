"""Pulumi's property values and plain Python, both ways.

A resource's code sees dicts, lists, strings and numbers only. A value that a preview cannot know yet is the string
UNKNOWN, which is what the engine sends over the wire; `has_unknown` finds it at any depth.
"""

from collections.abc import Collection, Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]

Json = Any
State = dict[str, Json]

# The engine's own markers, fixed by its protocol (sdk/go/common/resource/properties.go); they are in no .proto file.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Not known before it exists."""
SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key by which a struct is told from an ordinary object: a secret, an asset, an archive."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def plain_map(values: Any) -> State:
    """A Struct in plain Python, without secrets' wrapping; whole numbers become int. Null means absent."""
    return {key: plain(item) for key, item in values.fields.items() if item.WhichOneof("kind") != "null_value"}


def plain(value: Any) -> Json:
    """One value of a Struct. Of an asset or an archive its signature, its hash and where its content is."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
            return plain(fields["value"])
        return {key: plain(item) for key, item in fields.items()}
    if kind == "list_value":
        return [plain(item) for item in value.list_value.values]
    if kind == "number_value":
        return int(value.number_value) if value.number_value.is_integer() else value.number_value
    return None if kind == "null_value" else getattr(value, kind)


def struct(values: Mapping[str, Json], secret: Collection[str] = ()) -> Any:
    """Plain Python as the engine takes it, with the properties of these names marked secret."""
    found = Struct()
    found.update({name: _hidden(value) if name in secret else value for name, value in values.items()})
    return found


def has_unknown(value: Json) -> bool:
    """Whether anything inside waits for a resource that does not exist yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return bool(value == UNKNOWN)


def _hidden(value: Json) -> State:
    return {SIGNATURE: SECRET, "value": value}
