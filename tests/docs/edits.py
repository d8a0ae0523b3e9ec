"""What an edit of each key of the stack file does (edits.yaml): words for the page, and an edit that proves them.

tests/docs/test_edits.py makes each edit under mocks, tests/faults/stack/test_edits.py with the real engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from tests.components.estates import KEY, estate

_KEYS = {
    "OLD": KEY,
    "NEW": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILrBVNSKDqN3gq4OjjTMGvGdCyMQkQgFBY8nV2oTdqlA new@laptop",
    "OTHER": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILrBVNSKDqN3gq4OjjTMGvGdCyMQkQgFBY8nV2oTdqlA other@host",
}
APPS: dict[str, Any] = {"fruits": {"env": {"COLOR": "red"}}, "shop": {}, "plums": {}}
OWN_BUCKET_SECRETS = ("plums.S3_ACCESS_KEY_ID", "plums.S3_SECRET_ACCESS_KEY")
_STORED = {**APPS["fruits"], "storage": ["uploads:/app/uploads"]}
OWN_BUCKET = {"store": "s3", "name": "plums", "endpoint": "https://s3.example.com"}
_NEW = estate(apps=APPS, backups={"encrypt": True}, edge={"dns": "none"})
BASES = {
    "new": _NEW,
    "names": estate(apps=APPS),
    "there": {**_NEW, "server": {"host": "203.0.113.10", "host-key": KEY}},
    "files": {**_NEW, "apps": {"fruits": _STORED, "shop": {"bucket": True}, "plums": {"bucket": OWN_BUCKET}}},
    "s3": {**_NEW, "backups": {"store": "s3", "endpoint": "https://s3.example.com"}},
    "copy": estate(apps=APPS, backups={"copy": {"endpoint": "https://s3.example.com", "bucket": "copies"}}),
}
"""The estates before an edit: a new server with R2, the same with names, a server that exists, apps with a folder
or a bucket, another store, dumps that are copied to a second store.
"""
SECRETS = {
    "s3": ("s3AccessKeyId", "s3SecretAccessKey"),
    "copy": ("copyAccessKeyId", "copySecretAccessKey"),
    "files": OWN_BUCKET_SECRETS,
}
"""What a base needs besides the passphrase."""


@dataclass(frozen=True)
class Edit:
    """A key (`NAME` for an app's), a new value for it, and what that does, in words.

    `touches`: the resources, with signs: `~` updated, `+` made, `-` deleted, `±` replaced; commands by their names
    (`~*` is all of them), others by their types. `refused`: part of what the engine says where the estate is protected.
    `secrets`: what it needs besides. `whole`: the change in full, where it is more than this key; null takes one out.
    """

    key: str
    to: Any
    does: str
    touches: str = ""
    base: str = "new"
    app: str = "fruits"
    refused: str = ""
    secrets: tuple[str, ...] = ()
    whole: Mapping[str, Any] | None = None

    @property
    def change(self) -> Mapping[str, Any]:
        return self.whole or self.at(self.app)

    def at(self, app: str) -> Mapping[str, Any]:
        path = self.key.replace("NAME", app).split(".")
        nested: dict[str, Any] = reduce(lambda held, name: {name: held}, reversed(path), _value(self.to))
        return nested


def secret(key: str) -> str:
    return "https://example.com/channel" if key.startswith("alertUrl.") else "correct-horse-battery"


def edited(held: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    made = dict(held)
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = edited(made[key], value)
        elif value is None:
            made.pop(key, None)
        else:
            made[key] = value
    return made


def _value(said: Any) -> Any:
    if isinstance(said, list):
        return [_value(one) for one in said]
    return _KEYS.get(said, said) if isinstance(said, str) else said


EDITS = tuple(Edit(**row) for row in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text()))
