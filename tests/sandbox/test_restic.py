"""Where the sandbox's restic comes from: this machine's own, the one in the cache, or none."""

from pathlib import Path

import pytest

from sandbox import restic


def _program(path: Path, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without one, and without apt."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def test_the_machines_own_comes_first(empty: Path) -> None:
    _program(empty / "cache/petbase/restic/restic")
    own = _program(empty / "bin/restic")
    assert restic.find() == restic.install() == own


def test_one_that_does_not_run_here_is_passed_over(empty: Path) -> None:
    _program(empty / "bin/restic", code=1)
    cached = _program(empty / "cache/petbase/restic/restic")
    assert restic.find() == cached


def test_without_one_and_without_apt_there_is_none() -> None:
    assert restic.install() is None


def test_a_package_that_cannot_be_had_is_none_too(empty: Path) -> None:
    for name in ("apt-get", "dpkg-deb"):
        _program(empty / f"bin/{name}", code=100)
    assert restic.install() is None
    assert not (empty / "cache/petbase/restic/restic").exists()
