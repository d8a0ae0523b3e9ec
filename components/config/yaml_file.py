"""YAML as the Pulumi CLI reads it, and where each value stands in the file.

PyYAML alone would let the last of two equal keys win, where the CLI refuses the file.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Keys = tuple[str, ...]


class YamlError(ValueError):
    """The file cannot be read; the message names the file, the line and what is wrong."""


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        first: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            key, line = self.construct_object(key_node, deep=True), key_node.start_mark.line + 1
            if key in first:
                raise YamlError(f'line {line}: mapping key "{key}" already defined at line {first[key]}; keep one')
            first[key] = line
        return super().construct_mapping(node, deep)


def load(path: Path) -> Any:
    """The file's content. YamlError for a key that stands twice, a tab, and whatever else is no YAML."""
    try:
        return yaml.load(path.read_text(), Loader=_Loader)
    except YamlError as error:
        raise YamlError(f"{path.name}: {error}") from None
    except yaml.MarkedYAMLError as error:
        raise YamlError(f"{path.name}: {_sentence(error)}") from None


def _sentence(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark
    line = f"line {mark.line + 1}: " if mark else ""
    if "'\\t'" in (error.problem or ""):
        return f"{line}a tab; YAML is indented with spaces"
    return f"{line}{error.problem or 'is no YAML'}; look at this line and the one above it"


@dataclass(frozen=True)
class Places:
    """Where each key below `petbase:estate` stands, by its path, and each plain value as it is written there."""

    lines: dict[Keys, int] = field(default_factory=dict)
    written: dict[Keys, str] = field(default_factory=dict)

    def named(self, problem: str) -> str:
        """A problem that begins with its path (`apps.shop: …`), the line behind the path where it is known."""
        path, colon, rest = problem.partition(": ")
        line = self._line(tuple(path.split(".")))
        return f"{path} (line {line}){colon}{rest}" if line and colon else problem

    def _line(self, keys: Keys) -> int | None:
        """The line of the key itself, or of the section that lacks it."""
        # A domain or an app's name may hold dots, so a path as text can be cut in more than one way.
        by_text = {".".join(known): line for known, line in self.lines.items()}
        parents = (".".join(keys[:count]) for count in range(len(keys), 0, -1))
        return next((by_text[parent] for parent in parents if parent in by_text), None)


def places(path: Path) -> Places:
    """Where the values of a stack file stand; nowhere for a file that cannot be read: lines are a help, no more."""
    found = Places()
    try:
        root = yaml.compose(path.read_text(), Loader=yaml.SafeLoader)
        estate = _child(_child(root, "config"), "petbase:estate")
        for keys, line, node in _walk(estate, ()):
            found.lines[keys] = line
            if isinstance(node, yaml.ScalarNode):
                found.written[keys] = node.value
    except (OSError, yaml.YAMLError, UnicodeDecodeError):
        return Places()
    return found


def _child(node: Any, key: str) -> Any:
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in entries if name.value == key), None)


def _walk(node: Any, above: Keys) -> Iterator[tuple[Keys, int, Any]]:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            keys = (*above, str(name.value))
            yield keys, name.start_mark.line + 1, value
            yield from _walk(value, keys)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            keys = (*above, str(number))
            yield keys, value.start_mark.line + 1, value
            yield from _walk(value, keys)
