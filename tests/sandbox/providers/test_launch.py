"""A plugin's process, and the one process that serves all providers of an engine."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi.runtime import rpc

from sandbox.providers import assets, launch, values
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


def test_the_process_imports_neither_the_sdk_nor_what_only_a_change_needs() -> None:
    code = (
        "import sys, sandbox.providers.__main__ as _, sandbox.providers.cloudflare, sandbox.providers.hcloud\n"
        "import sandbox.providers.tls, sandbox.providers.command\n"
        "late = {'pulumi.output', 'cryptography', 'asyncssh', 'sandbox.store.http.server'}\n"
        "print(*sorted(late & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_the_signatures_are_those_of_the_sdk() -> None:
    ours = (values.UNKNOWN, values.SIGNATURE, values.SECRET, assets.ASSET, assets.ARCHIVE)
    theirs = ("_special_sig_key", "_special_secret_sig", "_special_asset_sig", "_special_archive_sig")
    assert ours == (rpc.UNKNOWN, *(getattr(rpc, name) for name in theirs))
