"""What is deployed, by the stack's state: read by the Pulumi CLI, without tokens or passphrase."""

import json
from collections.abc import Mapping
from typing import Any

from operate.plan.resource import SECRET, SECRET_SIGNATURE, SIGNATURE, Planned, component_of
from operate.stack import pulumi_cli

_ENGINE_S = ("petbase:", "pulumi:pulumi:", "pulumi:providers:")


def read(stack: str) -> list[Planned]:
    """Every resource of a provider in the state, in the form of a plan; PetbaseError where it cannot be read."""
    deployment = json.loads(pulumi_cli.pulumi(stack, "stack", "export"))["deployment"] or {}
    found = [one for one in deployment.get("resources") or [] if not one.get("delete")]
    return [_planned(one) for one in found if not one["type"].startswith(_ENGINE_S)]


def _planned(one: Mapping[str, Any]) -> Planned:
    options = {"protect": True} if one.get("protect") else {}
    inputs = without_attempt(_plain(one.get("inputs") or {}))
    return Planned(
        one["type"], str(one["urn"].rpartition("::")[2]), component_of(one.get("parent", "")), options, inputs
    )


def without_attempt(inputs: dict[str, Any]) -> dict[str, Any]:
    """A plan knows but the first: machine and generation are left of the first line of a command's standard input."""
    stdin = inputs.get("stdin")
    if not isinstance(stdin, str) or stdin == SECRET:
        return inputs
    first, _, rest = stdin.partition("\n")
    return {**inputs, "stdin": f"{' '.join(first.split()[:2])}\n{rest}"}


def _plain(value: Any) -> Any:
    """Without secrets, and without what a provider filled in by itself."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if value.get(SIGNATURE) == SECRET_SIGNATURE:
        return SECRET
    if SIGNATURE in value:  # a file
        return {"sha256": value.get("hash")}
    filled = {"__defaults", *(value.get("__defaults") or ())}
    return {key: _plain(item) for key, item in value.items() if key not in filled}
