"""Reports travel as JSON: every field comes back, and what is misspelt or ill-typed is an error by its place."""

from dataclasses import dataclass
from typing import Any, Literal

import pytest

from host.core.fact import Fact
from host.values.json_values import JsonError, from_json, to_json


@dataclass(frozen=True)
class Leaf:
    name: str
    size: int | None


@dataclass(frozen=True)
class Tree:
    kind: Literal["oak", "elm"]
    alive: bool
    leaves: tuple[Leaf, ...]
    heights: dict[str, int]
    newest: Fact[Leaf]
    names: Fact[tuple[str, ...]]


TREE = Tree("elm", True, (Leaf("a\n\x1b", 1), Leaf("b", None)), {"x": 3}, Fact(Leaf("c", 0)), Fact(reason="no answer"))
JSON: dict[str, Any] = {
    "kind": "elm",
    "alive": True,
    "leaves": [{"name": "a\n\x1b", "size": 1}, {"name": "b", "size": None}],
    "heights": {"x": 3},
    "newest": {"value": {"name": "c", "size": 0}, "reason": ""},
    "names": {"value": None, "reason": "no answer"},
}


def test_every_field_goes_out_and_comes_back() -> None:
    assert to_json(TREE) == JSON
    assert from_json(Tree, JSON) == TREE


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"kind": "ash"}, "report.kind: 'ash' was not expected there"),
        ({"alive": 1}, "report.alive: 1 was not expected there"),
        ({"heights": {"x": True}}, "report.heights.x: True was not expected there"),
        ({"heights": []}, "report.heights: [] was not expected there"),
        ({"leaves": {}}, "report.leaves: {} was not expected there"),
        ({"leaves": [{"name": "a"}]}, "report.leaves[0].size: missing"),
        ({"leaves": [{"name": "a", "size": "1"}]}, "report.leaves[0].size: '1' was not expected there"),
        (
            {"newest": {"value": {"name": "c", "sice": 0}, "reason": ""}},
            "report.newest.value.sice: Leaf has no such field",
        ),
        ({"names": {"value": ["a", 1], "reason": ""}}, "report.names.value[1]: 1 was not expected there"),
        ({"names": None}, "report.names: None was not expected there"),
        ({"more": 1}, "report.more: Tree has no such field"),
    ],
)
def test_what_does_not_fit_is_an_error_by_its_place(changed: dict[str, Any], problem: str) -> None:
    with pytest.raises(JsonError) as caught:
        from_json(Tree, {**JSON, **changed})
    assert str(caught.value) == problem
