"""Nothing of the user's accounts is in the environment while the engine works, and all of it is back afterwards."""

import os
import re
import stat
from pathlib import Path

import pytest

from sandbox.engine import environment


@pytest.mark.parametrize(
    "name",
    [
        "HCLOUD_TOKEN",
        "HCLOUD_ENDPOINT",
        "CLOUDFLARE_API_KEY",
        "AWS_PROFILE",
        "PULUMI_ACCESS_TOKEN",
        "PULUMI_BACKEND_URL",
    ],
)
def test_what_is_real_goes_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "real")
    with environment.scrubbed(tmp_path):
        assert os.environ.get(name) != "real"
    assert os.environ[name] == "real"


def test_it_comes_back_after_an_error_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "real")
    before = dict(os.environ)
    with pytest.raises(RuntimeError), environment.scrubbed(tmp_path):
        raise RuntimeError
    assert dict(os.environ) == before


def test_the_made_up_tokens_have_the_providers_forms() -> None:
    assert len(environment.HCLOUD_TOKEN) == 64
    assert re.fullmatch(r"[0-9A-Za-z_-]{40,80}", environment.CLOUDFLARE_TOKEN)


def test_state_plugins_and_passphrase_are_the_sandboxs_own(tmp_path: Path) -> None:
    with environment.scrubbed(tmp_path):
        assert os.environ["PULUMI_HOME"] == f"{tmp_path}/pulumi"
        assert os.environ["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/state?metadata=skip"
        assert os.environ["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
        assert os.environ["PULUMI_IGNORE_AMBIENT_PLUGINS"] == "true"
        passphrase = Path(os.environ["PULUMI_CONFIG_PASSPHRASE_FILE"])
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    before = passphrase.read_text()
    with environment.scrubbed(tmp_path):
        assert passphrase.read_text() == before


def test_loopback_never_goes_through_a_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "intranet")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with environment.scrubbed(tmp_path):
        assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == "intranet,127.0.0.1,localhost"
