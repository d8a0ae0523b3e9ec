"""The end of `make setup`: is the Pulumi CLI there, and how is it installed?"""

from pathlib import Path

import pytest

from sandbox.engine.pulumi_release import VERSION
from toolchain import setup_report


@pytest.fixture(autouse=True)
def _nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))


def pulumi(folder: Path, version: str) -> Path:
    """A stand-in for the CLI that knows its version only."""
    folder.mkdir(parents=True)
    path = folder / "pulumi"
    path.write_text(f"#!/bin/sh\necho v{version}\n")
    path.chmod(0o755)
    return path


def said() -> str:
    return next(line for line in setup_report.lines() if "Pulumi CLI" in line).strip()


def test_a_cli_that_is_recent_enough_is_named_with_its_place(tmp_path: Path) -> None:
    path = pulumi(tmp_path / "bin", VERSION)
    assert said() == f"Pulumi CLI  {VERSION} at {path}"


def test_an_old_cli_is_named_with_what_is_needed(tmp_path: Path) -> None:
    path = pulumi(tmp_path / "bin", "3.1.0")
    assert said().startswith(f"Pulumi CLI  3.1.0 at {path}, but Petbase needs {VERSION} or a later 3.x; update it: ")


@pytest.mark.parametrize(
    ("system", "way"),
    [("linux", "curl -fsSL https://get.pulumi.com | sh"), ("darwin", "brew install pulumi/tap/pulumi")],
)
def test_without_a_cli_the_way_to_install_it_is_said(monkeypatch: pytest.MonkeyPatch, system: str, way: str) -> None:
    monkeypatch.setattr("sys.platform", system)
    assert said().startswith(f"Pulumi CLI  not found; `pulumi up` needs it. Install it: {way} (")


def test_a_cli_that_only_a_new_terminal_would_find_says_so(tmp_path: Path) -> None:
    pulumi(tmp_path / ".pulumi/bin", VERSION)
    assert said() == (
        'Pulumi CLI  found in ~/.pulumi/bin, which is not on your PATH; run: export PATH="$HOME/.pulumi/bin:$PATH"'
    )
