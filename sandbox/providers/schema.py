"""What the real providers declare (schemas/*.json): names, types, required, secret, default, replaces."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from .values import UNKNOWN, Json, State, struct

HERE = Path(__file__).parent / "schemas"
Problem = tuple[str, str]
"""Where and why: ("connection.port", "expected number, got string")."""

_KINDS: dict[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}
_NAMES = {bool: "boolean", str: "string", int: "integer", float: "number", list: "array", dict: "object"}


@dataclass(frozen=True)
class Schema:
    """One provider's declarations. `resources` and `functions` map tokens to {inputs, required, outputs}."""

    package: str
    version: str
    config: dict[str, Json]
    resources: dict[str, Json]
    functions: dict[str, Json]
    types: dict[str, Json] = field(default_factory=dict)

    def problems(self, props: Mapping[str, Json], required: list[str], given: State, at: str = "") -> Iterator[Problem]:
        """Every unknown name, missing required name and wrong type in `given`, nested ones included."""
        for name in sorted(given.keys() - props.keys()):
            if not name.startswith("__"):
                yield at + name, f"an argument named {name!r} is not expected here"
        for name in required:
            if given.get(name) is None:
                yield at + name, f"missing required property {name!r}"
        for name, spec in props.items():
            if given.get(name) is not None:
                yield from self._mismatch(spec, given[name], at + name)

    def _mismatch(self, spec: Json, value: Json, at: str) -> Iterator[Problem]:
        if value == UNKNOWN or spec.get("ref", "").startswith("pulumi.json#/"):
            return  # anything, or an asset, which its resource looks at
        if ref := spec.get("ref"):
            yield from self._mismatch_ref(self.types[ref], value, at)
            return
        kind = spec["type"]
        if not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
            yield at, f"expected {kind}, got {_NAMES[type(value)]}"
        elif kind == "array":
            for index, item in enumerate(value):
                yield from self._mismatch(spec["items"], item, f"{at}[{index}]")
        elif kind == "object" and "values" in spec:
            for key, item in value.items():
                yield from self._mismatch(spec["values"], item, f"{at}.{key}")

    def _mismatch_ref(self, target: Json, value: Json, at: str) -> Iterator[Problem]:
        if "enum" in target:
            if value not in target["enum"]:
                yield at, f"expected one of {', '.join(map(repr, target['enum']))}, got {value!r}"
        elif not isinstance(value, dict):
            yield at, f"expected object, got {_NAMES[type(value)]}"
        else:
            yield from self.problems(target["properties"], target["required"], value, at + ".")

    def with_defaults(self, props: Mapping[str, Json], given: State) -> State:
        """`given` with the declared defaults filled in, inside nested objects as well."""
        filled = dict(given)
        for name, spec in props.items():
            target = self.types.get(spec.get("ref", ""), {})
            if name not in filled and "default" in spec:
                filled[name] = spec["default"]
            elif isinstance(filled.get(name), dict) and "properties" in target:
                filled[name] = self.with_defaults(target["properties"], filled[name])
        return filled

    def mark(self, props: Mapping[str, Json], values: State) -> Any:
        """`values` for the engine, with what the schema calls secret marked so."""
        return struct(values, {name for name, spec in props.items() if spec.get("secret")})


@cache
def load(package: str) -> Schema:
    """The schema of one provider, e.g. load("hcloud")."""
    raw = json.loads((HERE / f"{package}.json").read_text())
    return Schema(
        raw["package"], raw["version"], raw["config"], raw["resources"], raw.get("functions", {}), raw.get("types", {})
    )
