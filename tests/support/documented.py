"""Which keys of `--json` docs/scripts.md promises, by the command."""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "docs/scripts.md"


@cache
def commands() -> dict[str, set[str]]:
    """Every word in backticks of a command's row."""
    rows = re.findall(r"^\| `([a-z ]+)` \| (.*) \|$", _PAGE.read_text(), re.MULTILINE)
    return {command: set(re.findall(r"`([a-z_]+)`", keys)) for command, keys in rows}


def require(words: Sequence[str], out: str) -> None:
    """AssertionError where a command printed a key that the page does not have."""
    if "--json" not in words or not out.startswith("{"):
        return
    command = next((name for name in commands() if list(words[: len(name.split())]) == name.split()), None)
    assert command, f"docs/scripts.md has no row for {words[0]}"
    assert set(json.loads(out.splitlines()[0])) <= commands()[command], f"docs/scripts.md lacks a key of {command}"
