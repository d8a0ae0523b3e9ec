"""docs/stack-file-example.md: each block is a good stack file, and together they show every key."""

import re
from typing import Any

import pytest
import yaml

from components.config import stack_file
from components.config.rules import stack_rules as rules
from operate.stack.stack_files import CHECKOUT
from tests.docs.drawn.stack_file import sections
from tests.docs.edits import edited
from tests.support.pulumi import program

_PAGE = (CHECKOUT / "docs/stack-file-example.md").read_text()
BLOCKS: list[dict[str, Any]] = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", _PAGE, re.DOTALL)]
SMALLEST, DEFAULTS = (block["config"]["petbase:estate"] for block in BLOCKS[:2])


def whole(block: dict[str, Any]) -> dict[str, Any]:
    """The estate of a block: itself, or the smallest one with its sections; another server or store takes its place."""
    if "config" in block:
        estate: dict[str, Any] = block["config"]["petbase:estate"]
        return estate
    replaced = {key: None for key, marker in (("server", "host"), ("backups", "store")) if marker in block.get(key, {})}
    return edited(edited(SMALLEST, replaced), block)


@pytest.mark.parametrize("block", BLOCKS, ids=", ".join)
def test_a_block_is_a_good_stack_file(block: dict[str, Any]) -> None:
    assert rules.problems(stack_file.parse(whole(block))) == []


def test_the_defaults_that_are_written_out_are_the_defaults() -> None:
    assert stack_file.parse(DEFAULTS) == stack_file.parse(SMALLEST)


def test_every_key_is_shown() -> None:
    shown = {path for block in BLOCKS for path in _paths(block.get("config", {}).get("petbase:estate", block), "")}
    known = {key.path for _, _, held in sections() for key in held}
    assert known - shown == set()


def test_the_smallest_file_is_what_the_repository_ships() -> None:
    assert program.stack_file("prod") == SMALLEST


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_a_shipped_stack_file_has_nothing_that_a_release_would_change(stack: str) -> None:
    """So that `git pull` never meets a filled-in copy: no version, no default, at most a dozen lines more."""
    text = (CHECKOUT / f"Pulumi.{stack}.yaml").read_text()
    assert len(text.splitlines()) <= 16
    assert "version" not in text


def _paths(held: Any, prefix: str) -> set[str]:
    """Each key's path; `NAME` for an app's or a channel's."""
    if not isinstance(held, dict):
        return set()
    found = set()
    for key, value in held.items():
        path = f"{prefix}NAME" if prefix in ("apps.", "alerts.") else f"{prefix}{key}"
        found |= {path} | _paths(value, f"{path}.")
    return found
