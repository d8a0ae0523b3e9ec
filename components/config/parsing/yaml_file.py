"""The stack file as YAML, and where each value is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.config.messages.characters import shortened
from components.config.parsing import yaml_loader, yaml_messages

Keys = tuple[str, ...]
Written = Mapping[Keys, str]
"""Plain values as they are written in the file, by their paths."""


class YamlError(ValueError):
    """The file cannot be read; the message names the file, the line and what is wrong."""


def load(path: Path) -> Any:
    """The file's content. YamlError for a duplicate key, a tab, and anything else that is not YAML."""
    lines: list[str] = []
    try:
        lines = (text := path.read_text(encoding="utf-8")).split("\n")
        return yaml_loader.load(text)
    except yaml.MarkedYAMLError as error:
        raise YamlError(f"{path.name}: {yaml_messages.sentence(error, lines)}") from None
    except UnicodeDecodeError:
        raise YamlError(f"{path.name}: is not UTF-8 text; save it as UTF-8 in your editor") from None
    except yaml.YAMLError:  # the reader's, which has no line
        raise YamlError(f"{path.name}: has a character that does not print; remove it") from None
    except RecursionError:
        raise YamlError(f"{path.name}: is nested too deeply") from None


@dataclass(frozen=True)
class Places:
    """Where each key below `petbase:estate` is, by its path, and each plain value as it is written there."""

    lines: dict[Keys, int] = field(default_factory=dict)
    written: dict[Keys, str] = field(default_factory=dict)

    def named(self, problem: str) -> str:
        """A problem that begins with its path (`apps.shop: …`), the line behind the path where it is known."""
        path, colon, rest = problem.partition(": ")
        line = self._line(tuple(path.split(".")))
        shown = ".".join(map(shortened, path.split(".")))
        return f"{shown} (line {line}){colon}{rest}" if line and colon else problem

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
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        config = _child(root, "config")
        estate = _child(config, "petbase:estate") or _child(config, "estate")
        for keys, line, node in _walk(estate, ()):
            found.lines[keys] = line
            if isinstance(node, yaml.ScalarNode) and not node.tag.endswith(":null"):
                found.written[keys] = node.value
    except (OSError, yaml.YAMLError, UnicodeDecodeError, RecursionError):
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
