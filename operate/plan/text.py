"""A plan as text: a line for each value and each line of a command, so that `diff` of two plans says what changes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from operate.plan.plan import Planned


def text(stack: str, resources: Sequence[Planned]) -> str:
    """The whole plan of one stack."""
    lines = [f"# Stack {stack}: {len(resources)} resources, made from Pulumi.{stack}.yaml alone"]
    for one in resources:
        # Short, since diff repeats 40 characters of it above each change.
        package, _, kind = one.type.split(":")
        lines += ["", f"{package}:{kind} {one.name}{f', in {one.parent}' if one.parent else ''}"]
        lines += _mapping(_shortened({**one.options, **one.inputs}), "  ")
    return "\n".join(lines)


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
