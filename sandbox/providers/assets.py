"""Assets and archives: structs with a signature, a `path` or `text` or `uri`, and the hash that the engine computed.

Of an old asset the engine sends the hash only.
"""

from collections.abc import Mapping

from .values import SIGNATURE, Json, State

ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def kind(value: Json) -> str | None:
    """ASSET, ARCHIVE, or None for anything else."""
    found: str | None = value.get(SIGNATURE) if isinstance(value, Mapping) else None
    return found


def is_text(asset: State) -> bool:
    """Whether it is a StringAsset. An empty text is left out on the wire, so the hash of nothing tells it."""
    if asset.get("path") or asset.get("uri"):
        return False
    return bool(asset.get("text")) or asset.get("hash", _EMPTY) == _EMPTY


def by_hash(value: Json) -> Json:
    """`value` with its assets and archives reduced to their hash, which is all that counts when two are compared."""
    if kind(value):
        return {SIGNATURE: value[SIGNATURE], "hash": value.get("hash")}
    if isinstance(value, Mapping):
        return {name: by_hash(item) for name, item in value.items()}
    if isinstance(value, list):
        return [by_hash(item) for item in value]
    return value
