"""YAML as the Pulumi CLI reads it: a key that stands twice is an error. PyYAML alone would let the last one win."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class TwiceError(ValueError):
    """A key stands twice in one mapping; the message has the CLI's own words."""


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            key, line = self.construct_object(key_node, deep=True), key_node.start_mark.line + 1
            if key in seen:
                raise TwiceError(f'line {line}: mapping key "{key}" already defined at line {seen[key]}; keep one')
            seen[key] = line
        return super().construct_mapping(node, deep)


def load(path: Path) -> Any:
    """The file's content. TwiceError names the file, both lines and the key."""
    try:
        return yaml.load(path.read_text(), Loader=_Loader)
    except TwiceError as error:
        raise TwiceError(f"{path.name}: {error}") from None
