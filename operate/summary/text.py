"""A plan as text: a line for each value and each line of a command, so that two plans can be compared line by line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from operate.plan.changes import Change
from operate.plan.resource import Plan, Planned


def text(plan: Plan) -> str:
    """The whole plan of one stack."""
    count = len(plan.resources)
    lines = [f"# Stack {plan.stack}: {count} resources, made from Pulumi.{plan.stack}.yaml alone"]
    for one in plan.resources:
        lines += ["", _title(one), *_mapping(_shortened({**one.options, **one.inputs}), "  ")]
    return "\n".join(lines)


def details(changes: Sequence[Change]) -> str:
    """Each resource that changes, with the inputs that do, before and after."""
    lines: list[str] = []
    for change in changes:
        before, after = (_shortened(inputs) for inputs in change.inputs())
        keys = change.keys or tuple({**before, **after})
        lines += ["", f"{change.sign} {_title(change.one)}"]
        lines += _marked("-", {key: before[key] for key in keys if key in before and change.after})
        lines += _marked("+", {key: after[key] for key in keys if key in after})
    return "\n".join(lines)


def _title(one: Planned) -> str:
    """Short, since diff repeats 40 characters of it above each change."""
    return f"{one.type.partition(':')[0]}:{one.kind} {one.name}" + (f", in {one.parent}" if one.parent else "")


def _marked(mark: str, values: Mapping[str, Any]) -> list[str]:
    return [f"{mark} {line}" for line in _mapping(values, "  ")]


def _shortened(values: Mapping[str, Any]) -> dict[str, Any]:
    """A connection on one line; and what is the same in every command is left out (components/dokku/remote.py)."""
    found = {key: value for key, value in values.items() if key != "addPreviousOutputInEnv"}
    if isinstance(connection := found.get("connection"), Mapping):
        found["connection"] = (
            f"{connection['user']}@{connection['host']}, port {connection['port']}, host key {connection['hostKey']}"
        )
    return found


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key in sorted(values):
        value = values[key]
        if isinstance(value, str) and "\n" in value:
            yield f"{indent}{key}:"
            yield from (
                f"{indent}  | {line}" if line else f"{indent}  |" for line in value.removesuffix("\n").split("\n")
            )
        elif isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from _mapping(value, indent + "  ")
        elif isinstance(value, list) and value:
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {_word(item)}" for item in value)
        else:
            yield f"{indent}{key}: {_word(value)}"


def _word(value: Any) -> str:
    """One value on one line; text as it is."""
    return value if isinstance(value, str) and value else json.dumps(value, sort_keys=True)
