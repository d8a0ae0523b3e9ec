"""YAML as the Pulumi CLI reads it (3.259.0, tried): keys are text, `on` and `yes` too; 12:30 and a date are text.

PyYAML alone reads YAML 1.1, lets the last of two equal keys win, and makes objects of dates, which no plan could show.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from components.config.messages import characters

_TAG = "tag:yaml.org,2002:"
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*)?")
_NO_JSON = ("binary", "set", "omap", "pairs", "timestamp")
_OWN = ("bool", "int", "float", "timestamp")


_VALUES = 100_000


def load(text: str) -> Any:
    """What the text holds. MarkedYAMLError for what is no YAML, and for what no stack file can mean."""
    found = yaml.load(text, Loader=Loader)
    if _size(found, {}) > _VALUES:  # Pulumi refuses it, too
        raise yaml.MarkedYAMLError(problem=f"the anchors make more than {_VALUES} values; write fewer")
    return found


class Loader(yaml.SafeLoader):
    """Its errors are MarkedYAMLErrors, for keys that stand twice, too."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.deep_construct = True  # so an anchor within itself is an error and no endless value

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        found = super().construct_scalar(node)
        if isinstance(found, str) and any("\ud800" <= one <= "\udfff" for one in found):
            raise _error(node, r"an escape such as \ud83d is half a character; write the character itself")
        return found

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        first: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == f"{_TAG}merge":
                continue
            key, line = _key(key_node), key_node.start_mark.line + 1
            if key in first:
                raise _error(key_node, f'mapping key "{key}" already defined at line {first[key]}; keep one')
            first[key] = line
        return super().construct_mapping(node, deep)


def _size(held: Any, known: dict[int, int]) -> int:
    """How many values there are; what an anchor names counts as often as it is used."""
    if id(held) not in known:
        below = [*held.values()] if isinstance(held, dict) else held if isinstance(held, list) else ()
        known[id(held)] = 1 + sum(_size(one, known) for one in below)
    return known[id(held)]


def _key(node: yaml.Node) -> str:
    """A key's text; the node is text from then on."""
    if not isinstance(node, yaml.ScalarNode):
        raise _error(node, "a list or a mapping cannot be a key; write a name")
    if node.tag == f"{_TAG}null":
        raise _error(node, "there is no key before the colon; write a name")
    if node.style is None and _DATE.fullmatch(node.value):
        raise _error(node, f'without quotes Pulumi reads {node.value} as a date; write "{node.value}"')
    if (unseen := characters.unseen(node.value)) and unseen != "\n":
        raise _error(node, characters.problem(node.value))
    node.tag = f"{_TAG}str"
    return str(node.value)


def _error(node: yaml.Node, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    inherited = yaml.SafeLoader.yaml_implicit_resolvers.items()
    return {
        first: [(tag, form) for tag, form in found if tag.removeprefix(_TAG) not in _OWN] for first, found in inherited
    }


Loader.yaml_implicit_resolvers = _resolvers()
Loader.yaml_constructors = {
    tag: make for tag, make in yaml.SafeLoader.yaml_constructors.items() if str(tag).removeprefix(_TAG) not in _NO_JSON
}
for _name, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0b[01_]+|0o?[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"^({_form})$"), list(_first))
