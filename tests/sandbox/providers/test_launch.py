"""A plugin's process, and the one process that serves all providers of an engine."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.providers import launch
from sandbox.providers.plugin import CHECKOUT

Plugins = list["subprocess.Popen[str]"]


@pytest.fixture
def plugins() -> Iterator[Plugins]:
    """The plugins of this test, which is their engine; what serves them ends with the process that the first names."""
    started: Plugins = []
    yield started
    for one in started:
        one.kill()
        one.communicate()


def plugin(root: Path, name: str, engine: str, *, checkout: Path = CHECKOUT) -> "subprocess.Popen[str]":
    words = [sys.executable, "-I", "-S", launch.__file__, str(root), name, engine]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    return subprocess.Popen(
        words, cwd=checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_what_cannot_start_is_said_and_not_waited_for(tmp_path: Path) -> None:
    out, err = plugin(tmp_path, "tls", f"{uuid.uuid4()}", checkout=tmp_path).communicate(timeout=30)
    assert out == ""
    assert err.startswith("the sandbox's providers did not start: ")
    assert "No module named" in err


def test_an_unknown_provider_is_said_and_the_others_are_served(tmp_path: Path, plugins: Plugins) -> None:
    engine = f"{uuid.uuid4()}"
    plugins.append(plugin(tmp_path, "tls", engine))
    assert plugins[0].stdout
    assert int(plugins[0].stdout.readline()) > 0
    out, err = plugin(tmp_path, "nosuch", engine).communicate(timeout=30)
    assert (out, err) == ("", f"the sandbox's providers ended; see {tmp_path / 'providers.log'}\n")
    plugins.append(plugin(tmp_path, "command", engine))
    assert plugins[1].stdout
    assert int(plugins[1].stdout.readline()) > 0
