"""Assets and archives as plain dicts, and their way through the SDK.

Over gRPC an asset is a struct with a signature: `path` or `text` or `uri`, and the hash that the engine computed. Of an
old asset the engine sends the hash only. The SDK's classes drop the hash and refuse a struct without content, so the
signature's key is renamed on the way in and back on the way out: in between, an asset is an ordinary dict.
"""

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import ListValue, Struct, Value  # type: ignore[import-untyped]
from pulumi.runtime import rpc

from .values import Json, State

KEY = "__asset"
"""The signature's key while a provider handles it."""

ASSET: str = rpc._special_asset_sig
ARCHIVE: str = rpc._special_archive_sig
_WIRE: str = rpc._special_sig_key
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def kind(value: Json) -> str | None:
    """ASSET, ARCHIVE, or None for anything else."""
    found: str | None = value.get(KEY) if isinstance(value, Mapping) else None
    return found


def is_text(asset: State) -> bool:
    """Whether it is a StringAsset. An empty text is left out on the wire, so the hash of nothing tells it."""
    if asset.get("path") or asset.get("uri"):
        return False
    return bool(asset.get("text")) or asset.get("hash", _EMPTY) == _EMPTY


def by_hash(value: Json) -> Json:
    """`value` with its assets and archives reduced to their hash, which is all that counts when two are compared."""
    if kind(value):
        return {KEY: value[KEY], "hash": value.get("hash")}
    if isinstance(value, Mapping):
        return {name: by_hash(item) for name, item in value.items()}
    if isinstance(value, list):
        return [by_hash(item) for item in value]
    return value


def from_wire(message: Message) -> None:
    """Rename the signature's key of every asset in the structs of `message`, a request."""
    _rename_in(message, _WIRE, KEY)


def to_wire(message: Message) -> None:
    """Name it again as the engine knows it; `message` is a response."""
    _rename_in(message, KEY, _WIRE)


def _rename_in(message: Message, old: str, new: str) -> None:
    for field, content in message.ListFields():
        if isinstance(content, Struct):
            _rename(content, old, new)
        elif field.message_type is not None and isinstance(content, Message):
            _rename_in(content, old, new)


def _rename(node: Any, old: str, new: str) -> None:
    if isinstance(node, Struct):
        if old in node.fields and node.fields[old].string_value in (ASSET, ARCHIVE):
            node.fields[new].string_value = node.fields[old].string_value
            del node.fields[old]
        for item in node.fields.values():
            _rename(item, old, new)
    elif isinstance(node, ListValue):
        for item in node.values:
            _rename(item, old, new)
    elif isinstance(node, Value) and (which := node.WhichOneof("kind")) in ("struct_value", "list_value"):
        _rename(getattr(node, which), old, new)
