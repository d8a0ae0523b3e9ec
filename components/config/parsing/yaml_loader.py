"""YAML as the Pulumi CLI reads it (3.259.0, tried): keys are text, `on` and `yes` too; 12:30 and a date are text.

PyYAML alone reads YAML 1.1, lets the last of two equal keys win, and makes objects of dates, which no plan could show.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?([Tt ].*)?")
_OWN = ("bool", "int", "float", "timestamp")


class Loader(yaml.SafeLoader):
    """Its errors are MarkedYAMLErrors, for keys that stand twice, too."""

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


def _key(node: yaml.Node) -> str:
    """A key's text; the node is text from then on."""
    if not isinstance(node, yaml.ScalarNode):
        raise _error(node, "a list or a mapping cannot be a key; write a name")
    if node.tag == f"{_TAG}null":
        raise _error(node, "there is no key before the colon; write a name")
    if node.style is None and _DATE.fullmatch(node.value):
        raise _error(node, f'without quotes Pulumi reads {node.value} as a date; write "{node.value}"')
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
