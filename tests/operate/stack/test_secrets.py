"""./petbase secrets with the real Pulumi CLI and a state in a folder: any text goes in and comes out, none is shown."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sandbox.engine import pulumi_cli as cli
from tests.components.estates import estate
from tests.support.operate import Petbase

ODD = 'a "b" \'c\' $d `e` \\ #f\n{"g": 1}\n\n'


@pytest.fixture
def stack(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stack file of `test`, whose state is in a folder."""
    found = cli.find()
    (tmp_path / "state").mkdir()
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}/state")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "x")
    monkeypatch.setenv("PULUMI_SKIP_UPDATE_CHECK", "true")
    monkeypatch.setenv("PATH", f"{found.parent}:/usr/bin:/bin")
    (checkout / "Pulumi.yaml").write_text("name: petbase\nruntime: python\n")
    file = checkout / "Pulumi.test.yaml"
    file.write_text(yaml.safe_dump({"config": {"petbase:estate": estate(apps={"shop": {"secrets": ["KEY"]}})}}))
    subprocess.run([found, "--cwd", checkout, "stack", "init", "test"], check=True, capture_output=True)
    return file


def value(folder: Path, key: str) -> str:
    words = [str(shutil.which("pulumi")), "--cwd", str(folder), "config", "get", key, "--stack", "test"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.removesuffix("\n")


def test_any_text_from_stdin_or_a_file_is_kept_and_never_shown(
    petbase: Petbase, stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    petbase.secrets = ["{'g': 1}", '{"g"', "hunter2"]
    assert json.loads(petbase("secrets", "list", "--json").out) == {"set": [], "missing": ["shop.KEY"], "unused": []}
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{ODD}\n"))
    ran = petbase("secrets", "set", "shop.KEY")
    assert (ran.code, ran.out) == (0, "Set shop.KEY in Pulumi.test.yaml.\n")
    assert value(stack.parent, "petbase:shop.KEY") == ODD
    (tmp_path / "value").write_text("hunter2\n")
    ran = petbase("secrets", "set", "petbase:shop.OTHER", "--file", str(tmp_path / "value"))
    assert "Nothing uses it yet. Name it in the stack file: apps.shop.secrets: [OTHER]" in ran.err
    assert value(stack.parent, "petbase:shop.OTHER") == "hunter2"
    told = json.loads(petbase("secrets", "list", "--json").out)
    assert told == {"set": ["shop.KEY", "shop.OTHER"], "missing": [], "unused": ["shop.OTHER"]}
    assert petbase("secrets", "remove", "shop.OTHER").code == 0
    assert "shop.OTHER" not in stack.read_text()
    ran = petbase("secrets", "remove", "shop.OTHER")
    assert (ran.code, ran.err) == (2, "petbase: shop.OTHER is not set, so nothing was changed. Set are: shop.KEY.\n")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "alertURL",
            "x",
            '"alertURL" is not the name of a secret. Use APP.NAME, like shop.API_KEY, or sshPrivateKey, ',
        ),
        ("alertUrl", "hc-ping.com", "alertUrl: is not an address; set one like https://hc-ping.com/UUID. Nothing was"),
        ("sshPrivateKey", "ssh-ed25519 AAAA", "sshPrivateKey: is not a private key; set it again from its file: "),
        ("shop.KEY", "\n", "shop.KEY: the value is empty, so nothing was changed. To remove it: "),
        ("shop.KEY", '"7"', 'shop.KEY: its value ends in " and begins with it, which Dokku and Docker cannot store; '),
    ],
)
def test_what_cannot_be_a_secret_is_refused(
    petbase: Petbase, stack: Path, monkeypatch: pytest.MonkeyPatch, *, name: str, text: str, said: str
) -> None:
    before = stack.read_text()
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    ran = petbase("secrets", "set", name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"petbase: {said}")
    assert stack.read_text() == before


def test_of_the_sandbox_the_stack_file_in_the_checkout_counts(
    petbase: Petbase, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its copy is as the last up left it."""
    project = tmp_path / "sandbox/project"
    project.mkdir(parents=True)
    monkeypatch.setenv("PETBASE_SANDBOX", str(project.parent))
    old = {"config": {"petbase:estate": estate(apps={"shop": {}}), "petbase:shop.KEY": "x"}}
    (project / "Pulumi.sandbox.yaml").write_text(yaml.safe_dump(old))
    new = {"config": {"petbase:estate": estate(apps={"shop": {"secrets": ["KEY", "OTHER"]}})}}
    (checkout / "Pulumi.sandbox.yaml").write_text(yaml.safe_dump(new))
    ran = petbase("secrets", "list", "--stack", "sandbox", "--json")
    assert json.loads(ran.out) == {"set": ["shop.KEY"], "missing": ["shop.OTHER"], "unused": []}
