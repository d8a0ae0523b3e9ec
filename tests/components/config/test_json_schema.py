"""The JSON Schema: it takes every good file that there is, and refuses what it can of the bad ones.

The bad values of the other tests in this folder are held against it too (judged.py).
"""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from components.config import json_schema
from components.config.rules import numbers
from operate.stack.stack_files import CHECKOUT
from tests.components.config import judged
from tests.components.estates import ACCOUNT, KEY, estate
from tests.docs.edits import BASES, EDITS, edited
from tests.docs.test_stack_file_example import BLOCKS, whole

STACK_FILES = sorted(CHECKOUT.glob("Pulumi.*.yaml"))


def errors(file: Any) -> list[str]:
    return [error.message for error in Draft7Validator(json_schema.stack_file()).iter_errors(file)]


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_every_shipped_stack_file_is_good_and_names_the_schema_in_its_first_line(path: Any) -> None:
    text = path.read_text()
    assert errors(yaml.safe_load(text)) == []
    assert text.splitlines()[0] == "# yaml-language-server: $schema=docs/petbase.schema.json"


@pytest.mark.parametrize("block", BLOCKS, ids=", ".join)
def test_every_example_is_good(block: dict[str, Any]) -> None:
    assert judged.accepted(whole(block))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.key)
def test_every_edit_is_good(edit: Any) -> None:
    assert judged.accepted(edited(BASES[edit.base], edit.change))


@pytest.mark.parametrize("key", ["petbase:alertURL", "petbase:fruits.2FAST", "petbase:Fruits.KEY"])
def test_a_secret_that_cannot_be_one_is_refused(key: str) -> None:
    (problem,) = errors({"config": {"petbase:estate": estate(), key: "x"}})
    assert key in problem


def test_what_pulumi_writes_into_a_stack_file_is_accepted() -> None:
    secret = {"secure": "v1:9Xg5tLFHfRjkgbmF:+k4c2w5r0Q"}
    config = {"petbase:estate": estate(), "petbase:alertUrl": secret, "petbase:my.app.API_KEY": secret}
    config |= {"hcloud:token": secret, "pulumi:tags": {"a": "b"}}
    assert errors({"encryptionsalt": "v1:x", "secretsprovider": "passphrase", "config": config}) == []


@pytest.mark.parametrize(
    "held",
    [
        {"server": {"authorized-keys": []}},
        {"server": {"host": "203.0.113.10"}},
        {"server": {"host": "203.0.113.10", "host-key": KEY, "type": "cx23"}},
        {"server": {"authorized-keys": [KEY], "user": "me"}},
        {"backups": {}},
        {"backups": {"store": "s3"}},
        {"backups": {"store": "s3", "endpoint": "https://s3.example.com", "account-id": ACCOUNT}},
        {"backups": {"account-id": ACCOUNT, "region": "auto"}},
    ],
    ids=json.dumps,
)
def test_the_rules_of_a_section_are_in_the_schema_too(held: dict[str, Any]) -> None:
    data = {**estate(), **held}
    assert judged.problems(data)
    assert not judged.accepted(data)


def test_a_key_s_sentence_is_shown_by_editors() -> None:
    domain = json_schema.stack_file()["definitions"]["Estate"]["properties"]["domain"]
    assert domain["patternErrorMessage"] == 'This is not a domain name; write one like "fruits.example.com"'


def test_every_number_of_the_stack_file_is_read_as_it_is_written_too() -> None:
    """components/config/rules/numbers.py names their keys. Ids may be texts as well."""
    properties = [one.get("properties", {}) for one in json_schema.stack_file()["definitions"].values()]
    kinds = {key: str([one.get("type"), one.get("anyOf")]) for found in properties for key, one in found.items()}
    assert {key for key, kind in kinds.items() if ("integer" in kind or "number" in kind) and "string" not in kind} == {
        *numbers._KEYS
    }
