"""The keys of a stack file around `petbase:estate`: unknown ones, ones at the wrong level, secrets in plain text."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from components.config.messages import sections
from components.config.messages.sentence import near, suggestion
from components.config.parsing import yaml_file
from components.config.values.secret_keys import APPS_SECRET

PREFIX = "petbase:"
_PULUMIS = ("config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt")


def unknown(config: Mapping[str, str], secret: Sequence[str]) -> Iterator[str]:
    """Keys below `config:` that are neither the stack's nor one of its secrets; other providers' are not looked at."""
    known = ("estate", *secret)
    names = [key.removeprefix(PREFIX) for key in sorted(config) if key.startswith(PREFIX)]
    if outside := [name for name in names if name in sections.keys(())]:
        yield f"{', '.join(outside)}: not below petbase:estate; write petbase:estate: above and indent what is below it"
    for key in sorted(config):
        if key.endswith(":estate") and not key.startswith(PREFIX):
            yield f"{key}: unknown key; did you mean {PREFIX}estate?"
    for name in names:
        if name == "petbase":
            yield f"{PREFIX}petbase: unknown key; write {PREFIX}estate: in one line"
        elif ":" in name and APPS_SECRET.fullmatch(name.replace(":", ".")):
            yield f"{PREFIX}{name}: unknown key; did you mean {PREFIX}{name.replace(':', '.')}?"
        elif name not in (*known, *outside):
            yield f"{PREFIX}{name}: unknown key{suggestion(name, known, PREFIX)}"


def above(file: Path) -> Iterator[str]:
    """Keys beside `config:` that are meant to be below it: Pulumi passes over what it does not know."""
    for key in map(str, _content(file)):
        if key in sections.keys(()):
            yield f"line {_line(file, key)}: {key} is not below petbase:estate, so it would be ignored; move it there"
        elif key not in _PULUMIS and (meant := near(key, _PULUMIS)):
            yield f"line {_line(file, key)}: {key} is an unknown key; did you mean {meant}?"


def in_plain_text(file: Path, secret: Sequence[str]) -> Iterator[str]:
    """The secrets that the file holds as they are, by their names."""
    config = _content(file).get("config")
    for key, value in config.items() if isinstance(config, dict) else ():
        if str(key).removeprefix(PREFIX) in secret and not isinstance(value, dict):
            yield str(key).removeprefix(PREFIX)


def _line(file: Path, key: str) -> int:
    lines = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    return next((number for number, text in lines if text.startswith(key)), 1)


def _content(file: Path) -> Mapping[Any, Any]:
    """What there is to look at; nothing of a file that is absent or cannot be read, which is said elsewhere."""
    try:
        found = yaml_file.load(file)
    except (OSError, yaml_file.YamlError):
        return {}
    return found if isinstance(found, dict) else {}
