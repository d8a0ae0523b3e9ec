"""The plugins in the sandbox's PULUMI_HOME: its own, and nothing else."""

from pathlib import Path

import pytest

from sandbox.providers import plugin
from sandbox.providers.schema import load


@pytest.fixture
def home(tmp_path: Path) -> Path:
    plugin.install(tmp_path, tmp_path / "pulumi")
    return tmp_path / "pulumi"


def test_each_provider_has_the_version_of_its_sdk(home: Path) -> None:
    assert sorted(path.name for path in (home / "plugins").iterdir()) == [
        "resource-cloudflare-v6.23.1",
        "resource-command-v1.2.1",
        "resource-hcloud-v1.43.3",
        "resource-tls-v5.6.2",
    ]


def test_a_schema_has_the_version_that_is_pinned() -> None:
    pinned = (Path(plugin.CHECKOUT) / "requirements.in").read_text()
    for name in plugin.NAMES:
        assert f"pulumi-{name}=={load(name).version}\n" in pinned


def test_what_is_installed_is_ours(home: Path, tmp_path: Path) -> None:
    plugin.refuse_foreign(tmp_path, home)


def test_a_provider_that_is_not_ours_is_refused(home: Path, tmp_path: Path) -> None:
    foreign = home / "plugins" / "resource-aws-v7.0.0"
    foreign.mkdir()
    with pytest.raises(plugin.ForeignPluginError) as caught:
        plugin.refuse_foreign(tmp_path, home)
    assert str(caught.value) == (
        f"{foreign} is not the sandbox's own provider, so it could reach a real account. "
        "Remove that folder; the sandbox writes its own again."
    )


def test_a_changed_executable_is_refused_and_the_next_install_mends_it(home: Path, tmp_path: Path) -> None:
    executable = plugin.folder(home, "hcloud") / "pulumi-resource-hcloud"
    executable.write_text("#!/bin/sh\nexec real-thing\n")
    with pytest.raises(plugin.ForeignPluginError):
        plugin.refuse_foreign(tmp_path, home)
    plugin.install(tmp_path, home)
    plugin.refuse_foreign(tmp_path, home)


def test_a_file_beside_the_executable_is_refused(home: Path, tmp_path: Path) -> None:
    (plugin.folder(home, "tls") / "extra").touch()
    with pytest.raises(plugin.ForeignPluginError):
        plugin.refuse_foreign(tmp_path, home)


def test_another_sandboxs_plugins_are_not_ours(home: Path, tmp_path: Path) -> None:
    with pytest.raises(plugin.ForeignPluginError):
        plugin.refuse_foreign(tmp_path / "other", home)
