"""What the program says of an estate, held against the JSON Schema: what the one refuses, the other refuses."""

from functools import cache
from typing import Any

from jsonschema import Draft7Validator

from components.config import json_schema, stack_file
from components.config.parsing.yaml_file import Places
from components.config.rules import stack_rules as rules
from components.config.stack_file import StackFileError

# What a schema cannot say: whether a schedule ever comes, a key's bytes, how YAML reads a number, what a network is,
# what is added behind a value.
_BEYOND = (
    *('"60 * * * *" is not a cron expression', "is not a public SSH key", "is more than one key"),
    *("YAML reads 0", '"1.2.3.4/8" is not a network', "which Dokku and Docker cannot store"),
    *("write one from 1 to 65535", "is a city; write", '/255.255.255.0" is not a network'),
)


def problems(data: Any, places: Places | None = None) -> list[str]:
    """What is wrong with an estate: its fields, else its rules."""
    of_fields = _of_fields(data, places)
    if of_fields:
        assert not accepted(data) or all(_is_beyond(problem) for problem in of_fields), of_fields
        return of_fields
    of_rules = rules.problems(stack_file.parse(data, places))
    assert of_rules or accepted(data), "an editor would mark a good file"
    return of_rules


def accepted(data: Any) -> bool:
    return bool(_validator().is_valid({"config": {"petbase:estate": data}}))


def _of_fields(data: Any, places: Places | None) -> list[str]:
    try:
        stack_file.parse(data, places)
    except StackFileError as error:
        return error.problems
    return []


@cache
def _validator() -> Draft7Validator:
    schema = json_schema.stack_file()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def _is_beyond(problem: str) -> bool:
    return any(text in problem for text in _BEYOND)
