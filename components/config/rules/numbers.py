"""Numbers that YAML reads as others than a person means: 010 is 8, and true would count as 1."""

import re
from collections.abc import Iterator

from components.config.parsing.yaml_file import Written

_OCTAL = re.compile(r"0+[1-7][0-7]*")
_BOOLEAN = re.compile(r"true|false", re.IGNORECASE)
# Keys whose value is a number; below `scale` the names are free.
_KEYS = (
    *("connections", "cpu", "generation", "keep-days", "lock-days", "memory-mb", "ssh-port", "token-generation"),
    *("validity-days", "wait-to-retire-seconds"),
)


def problems(written: Written) -> Iterator[str]:
    """One line for each; variables are taken as they are written."""
    for keys, text in written.items():
        key = keys[-1]
        if (key not in _KEYS and keys[-2:-1] != ("scale",)) or "env" in keys[2:-1]:
            continue
        if _OCTAL.fullmatch(text):
            yield f"{'.'.join(keys)}: YAML reads {text} as {int(text, 8)}; write {_ways(key, text)}"
        elif _BOOLEAN.fullmatch(text):
            yield f'{".".join(keys)}: "{text}" is not a number; write digits alone'


def _ways(key: str, text: str) -> str:
    plain, octal = int(text), int(text, 8)
    return f"{key}: {plain}" if plain == octal else f"{key}: {plain}, or {octal} if you mean that"
