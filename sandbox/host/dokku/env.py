"""An app's variables, in the file format that Dokku writes: sorted, numbers bare, the rest in double quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sandbox.host.dokku import files
from sandbox.host.dokku.paths import CONFIG

_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", '"': '\\"', "!": "\\!", "$": "\\$", "`": "\\`"}
_LINE = re.compile(
    r"""^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^\n]*?)\s*$""", re.M | re.S
)


def path_of(app: str) -> Path:
    """Where the variables of an app (or `--global`) lie."""
    return CONFIG / ("--global" if app == "--global" else app) / "ENV"


def read(app: str) -> dict[str, str]:
    """All of them, sorted by name."""
    path = path_of(app)
    return dict(sorted(parse(path.read_text()).items())) if path.exists() else {}


def parse(content: str) -> dict[str, str]:
    """NAME=VALUE lines; a value in double quotes may hold escapes and line breaks."""
    return {name: _unquoted(value) for name, value in _LINE.findall(content) if not name.startswith("#")}


def _unquoted(value: str) -> str:
    if value[:1] == '"':
        unescaped = {"n": "\n", "r": "\r"}
        return re.sub(r"\\(.)", lambda match: unescaped.get(match[1], match[1]), value[1:-1], flags=re.S)
    return value[1:-1] if value[:1] == "'" else value


def dump(values: dict[str, str]) -> str:
    """The file's text."""
    return "".join(f"{name}={_quoted(values[name])}\n" for name in sorted(values))


def _quoted(value: str) -> str:
    if re.fullmatch(r"-?(0|[1-9][0-9]*)", value):
        return value
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in value) + '"'


def change(app: str, edit: Callable[[dict[str, str]], object]) -> None:
    """Let `edit` change them, with nobody in between: ten `config:set` at once lose nothing (record 608)."""
    path = path_of(app)
    with files.locked(path):
        values = read(app)
        edit(values)
        files.write(path, dump(values), 0o600)
