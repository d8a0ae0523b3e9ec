"""The stack file as a JSON Schema, for editors: what a schema can say of the models and their `rules`.

Draft 7, which the YAML language server reads (https://github.com/redhat-developer/yaml-language-server). `make docs`
writes it to docs/petbase.schema.json.
"""

from collections.abc import Iterable
from typing import Any

from components.config.backups_spec import Backups
from components.config.rules.stack_rules import EXISTING_SERVER_ONLY, NEW_SERVER_ONLY, R2_ONLY
from components.config.section import Section, keys
from components.config.server_spec import Server
from components.config.spec import Estate
from components.config.values.secret_keys import APPS_SECRET, CHANNELS_SECRET, KNOWN

Schema = dict[str, Any]

_SECRET: Schema = {"$ref": "#/definitions/Secret"}
_SECRETS_FORM: Schema = {
    "description": "Written by ./petbase secrets set.",
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "object", "properties": {"secure": {"type": "string"}}, "required": ["secure"]},
    ],
}


def stack_file() -> Schema:
    """The whole file: Pulumi's own keys, the estate, the secrets."""
    estate = _draft_7(Estate.model_json_schema())
    models: Schema = estate.pop("$defs")
    models["Server"] |= _server()
    models["Backups"] |= _backups()
    config = {
        "type": "object",
        "properties": {"petbase:estate": {"$ref": "#/definitions/Estate"}}
        | {f"petbase:{key}": _SECRET for key in KNOWN},
        "patternProperties": {
            f"^petbase:{APPS_SECRET.pattern}$": _SECRET,
            f"^petbase:{CHANNELS_SECRET.pattern}$": _SECRET,
            "^(?!petbase:)": {},
        },
        "additionalProperties": False,
        "required": ["petbase:estate"],
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Petbase: a stack file, Pulumi.STACK.yaml",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "definitions": {"Estate": estate, "Secret": _SECRETS_FORM, **models},
    }


def _draft_7(part: Any) -> Any:
    """With draft 7's word for definitions; without titles, and without defaults that only say "nothing"."""
    if isinstance(part, list):
        return [_draft_7(one) for one in part]
    if not isinstance(part, dict):
        return part.replace("#/$defs/", "#/definitions/") if isinstance(part, str) else part
    found = {key: _draft_7(value) for key, value in part.items() if not _is_noise(key, value)}
    return _named(found) if "patternProperties" in found else found


def _is_noise(key: str, value: Any) -> bool:
    is_nothing = value is None or value == [] or isinstance(value, dict)
    return (key == "title" and isinstance(value, str)) or (key == "default" and is_nothing)


def _named(part: Schema) -> Schema:
    """A map whose keys have a form: every other key is refused, with the form's own sentence where editors show it."""
    ((form, value),) = part.pop("patternProperties").items()
    return {**part, "propertyNames": {"pattern": form, **part["propertyNames"]}, "additionalProperties": value}


def _server() -> Schema:
    """A new server needs a key, an existing one its host key; each has keys that the other one lacks."""
    return {
        "if": {"required": ["host"], "properties": {"host": {"type": "string"}}},
        "then": {"required": ["host-key"], **_without(Server, NEW_SERVER_ONLY)},
        "else": {
            "required": ["authorized-keys"],
            "properties": {"authorized-keys": {"minItems": 1}},
            **_without(Server, EXISTING_SERVER_ONLY),
        },
    }


def _backups() -> Schema:
    return {
        "if": {"required": ["store"], "properties": {"store": {"const": "s3"}}},
        "then": {"required": ["endpoint"], **_without(Backups, R2_ONLY)},
        "else": {"required": ["account-id"], **_without(Backups, ["region"])},
    }


def _without(section: type[Section], names: Iterable[str]) -> Schema:
    """None of these keys."""
    return {"not": {"anyOf": [{"required": [key]} for key in keys(section, names)]}}
