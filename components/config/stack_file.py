"""Reads the stack file, whole, and says everything that is wrong with it at once, before anything is touched."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

import pulumi
from pulumi.runtime.config import CONFIG
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.config import rules, secrets
from components.config.secrets import Secrets
from components.config.spec import Estate

_PREFIX = "petbase:"


class StackFileError(pulumi.RunError):
    """The stack file cannot be used. One line a problem: path, value, way out."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  {problem}" for problem in problems)
        super().__init__(f"the stack file has {count}; nothing was touched:{lines}")


def load() -> tuple[Estate, Secrets]:
    """The estate and its secrets; StackFileError lists every problem of the file."""
    config = pulumi.Config("petbase")
    try:
        estate = parse(config.get_object("estate"))
    except StackFileError as error:
        # What the apps' own keys may be is not known then, so only the plain ones are looked at.
        plain = {key: value for key, value in CONFIG.get().items() if "." not in key}
        raise StackFileError([*_unknown_keys(plain, secrets.KNOWN), *error.problems]) from None
    unknown = _unknown_keys(CONFIG.get(), secrets.known(estate))
    found = [*unknown, *rules.problems(estate), *secrets.problems(estate, config)]
    if found:
        raise StackFileError(found)
    return estate, secrets.read(estate, config)


def parse(estate: Any) -> Estate:
    """The estate from plain data; StackFileError lists what is wrong field by field."""
    if not isinstance(estate, dict):
        raise StackFileError(["petbase:estate: missing; ./petbase init writes one, Pulumi.prod.yaml shows one"])
    try:
        return Estate.model_validate(estate)
    except ValidationError as error:
        raise StackFileError([_sentence(detail) for detail in error.errors()]) from None


def _unknown_keys(config: Mapping[str, str], secret: tuple[str, ...]) -> Iterator[str]:
    known = ("estate", *secret)
    for key in sorted(config):
        name = key.removeprefix(_PREFIX)
        if key.startswith(_PREFIX) and name not in known:
            app, _, variable = name.rpartition(".")
            hint = f"; {_named(app, variable)}" if app else _suggestion(name, known, _PREFIX)
            yield f"{key}: unknown key{hint}"


def _named(app: str, variable: str) -> str:
    return f"name it: apps.{app}.secrets: [{variable}], or: pulumi config rm {_PREFIX}{app}.{variable}"


def _suggestion(name: str, known: tuple[str, ...], prefix: str = "") -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {prefix}{close[0]}?" if close else f"; known are {', '.join(known)}"


def _sentence(error: ErrorDetails) -> str:
    path = [str(part) for part in error["loc"] if part != "[key]"]
    where = ".".join(path) or "petbase:estate"
    match error["type"]:
        case "missing":
            return f"{where}: missing; it has no default"
        case "extra_forbidden":
            return f"{where}: unknown key{_suggestion(path[-1], _siblings(path[:-1]))}"
        case "value_error":
            return f"{where}: {error['ctx']['error']}"
        case "string_pattern_mismatch":
            return f'{where}: "{error["input"]}" does not fit; allowed is {error["ctx"]["pattern"]}'
        case _:
            message = error["msg"].replace("Input should be", "should be")
            return f"{where}: {_shown(error['input'])} {message}"


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str | int | float | bool) else f"a {type(value).__name__}"


def _siblings(path: list[str]) -> tuple[str, ...]:
    """The keys that the section at `path` knows, to suggest one for a typo."""
    model: type[BaseModel] = Estate
    for part in path:
        field = next((f for name, f in model.model_fields.items() if (f.alias or name) == part), None)
        # A name of one's own (apps.fruits) is no field: the section that its map holds was found one step before.
        held = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((kind for kind in held if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return tuple(field.alias or name for name, field in model.model_fields.items())
