"""A small SSH server, and the provider that is asked to run and copy there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.pulumi.providers import Asking, account
from tests.support.servers.sshd import SmallSsh, small_ssh


@pytest.fixture(scope="module")
def host() -> Iterator[SmallSsh]:
    with small_ssh() as server:
        yield server


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return account(tmp_path, "command")


@pytest.fixture
def connection(host: SmallSsh) -> dict[str, Any]:
    return host.connection()
