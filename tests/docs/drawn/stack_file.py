"""docs/stack-file.md from the models: each sentence under a key in components/config/spec.py and *_spec.py is a line.

`make docs` writes the page; a test compares it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from components.config import json_schema
from tests.docs.edits import EDITS

_DOES = {edit.key: edit.does for edit in EDITS}
_Schema = dict[str, Any]
_TOP = "petbase:estate"
_HEAD = """# The stack file: every key

`Pulumi.STACK.yaml` describes one environment. All keys are optional except those marked "required". An unknown key or a
value that does not fit is an error, which names the key, the line and what to write; all errors are reported at once,
before anything is changed.

This page is written by `make docs` from `components/config/spec.py` and `*_spec.py`; edit it there.
[stack-file-example.md](stack-file-example.md) shows the keys in use.
"""


@dataclass(frozen=True)
class Key:
    """One key: its whole path, what it means, what fits, and its default as the file would say it."""

    path: str
    means: str
    form: str
    default: str


def page() -> str:
    return "\n".join([_HEAD, *(line for section in sections() for line in _table(*section))])


def sections() -> Iterator[tuple[str, str, list[Key]]]:
    """Every section, outermost first: its path, what it is, its keys. `NAME` stands for an app's name."""
    models = json_schema.stack_file()["definitions"]
    yield from _sections(models, models["Estate"], "")


def _sections(models: _Schema, section: _Schema, path: str) -> Iterator[tuple[str, str, list[Key]]]:
    held: _Schema = section["properties"]
    prefix = f"{path}." if path else ""
    needed = section.get("required", ())
    inner = {name: found for name, value in held.items() if (found := _inner(value))}
    alone = {name: value for name, value in held.items() if not _only_section(value)}
    keys = [_key(f"{prefix}{name}", value, name in needed) for name, value in alone.items()]
    yield path or _TOP, " ".join(section["description"].split()), keys
    for name, (model, step) in inner.items():
        yield from _sections(models, models[model], f"{prefix}{name}{step}")


def _inner(value: _Schema) -> tuple[str, str] | None:
    """The section that a key is, may be, or holds by name: the model, and what its path has more."""
    holders = [
        (value, ""),
        (value.get("additionalProperties"), ".NAME"),
        *((held, "") for held in value.get("anyOf", [])),
    ]
    for holder, step in holders:
        if isinstance(holder, dict) and "$ref" in holder:
            return holder["$ref"].rpartition("/")[2], step
    return None


def _only_section(value: _Schema) -> bool:
    """Whether nothing but a section fits there."""
    choices = [choice for choice in value.get("anyOf", [value]) if choice.get("type") != "null"]
    return _inner(value) is not None and len(choices) == 1


def _key(path: str, value: _Schema, needed: bool) -> Key:
    default = value.get("default")
    shown = "required" if needed else "" if default in (None, [], {}) else f"`{json.dumps(default)}`"
    return Key(path, " ".join(value.get("description", "").split()), _form(value), shown)


def _form(value: _Schema) -> str:
    if "anyOf" in value:
        return " or ".join(_form(choice) for choice in value["anyOf"] if choice.get("type") != "null")
    if "enum" in value or "const" in value:
        return ", ".join(f"`{word}`" for word in value.get("enum", [value.get("const")]))
    if "$ref" in value:
        return "a section"
    if isinstance(kind := value["type"], list):
        return "text or a number"
    known = {
        "boolean": "true or false",
        "object": "names with values",
        "array": "a list",
        "string": "text",
        "integer": "",
        "number": "",
    }
    return known.get(kind) or f"number{_bounds(value)}"


def _bounds(value: _Schema) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    above = f" from {low}" if low is not None else f" above {value['exclusiveMinimum']}"
    return f"{above} to {high}" if high is not None else above


def _table(path: str, what: str, keys: list[Key]) -> Iterator[str]:
    yield f"## `{path}`\n\n{what}\n"
    yield "| key | meaning | value | default | effect of an edit |\n|---|---|---|---|---|"
    for key in keys:
        name = key.path.rpartition(".")[2]
        yield f"| `{name}` | {key.means} | {key.form} | {key.default} | {_DOES.get(key.path, '')} |"
    yield ""
