"""docs/growing.md: its stack files are ones, and its verbs are there."""

import re
from typing import Any

import yaml

from components.config import stack_file
from components.config.spec import Estate
from operate.cli import build
from operate.stack.stack_files import CHECKOUT

TEXT = (CHECKOUT / "docs/growing.md").read_text()
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgi6Z/Wsr084Und+4ph0VSKLlWBpih44gwS3/vQB4A6"
ACCOUNT = "0123456789abcdef0123456789abcdee"


def _blocks() -> list[dict[str, Any]]:
    return [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]


def _estate(**sections: Any) -> Estate:
    whole: dict[str, Any] = {"domain": "example.org", "server": {}, "backups": {"account-id": ACCOUNT}, **sections}
    whole["server"] = {**whole["server"], "authorized-keys": [KEY]}
    whole["backups"] = {**whole["backups"], "account-id": ACCOUNT}
    return stack_file.parse(whole)


def test_its_stack_files_are_accepted() -> None:
    bigger, data, prod = _blocks()
    assert _estate(**bigger).server.type == "cx33"
    assert list(_estate(**data["config"]["petbase:estate"]).apps) == ["fruits", "blog"]
    assert _estate(**prod).apps["fruits"].secrets == ("PRIMARY_URL",)
    (settings,) = re.findall(r"`database\.config: (\{.*?\})`", TEXT)
    assert _estate(database={"config": yaml.safe_load(settings)}).database.config


def test_its_verbs_are_there() -> None:
    app = build()
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    named = set(re.findall(r"\./petbase ([a-z-]+)", TEXT))
    assert {"resize", "restore", "pull"} <= named <= known
