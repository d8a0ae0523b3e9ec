"""A small SSH server, and the provider that is asked to run and copy there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.pulumi import plugin
from tests.support.pulumi.providers import Asking, account
from tests.support.servers.sshd import SmallSsh, small_ssh


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--command-plugin", type=Path, help="a real pulumi-resource-command to ask (default: the stand-in)"
    )


@pytest.fixture(scope="module")
def host() -> Iterator[SmallSsh]:
    with small_ssh() as server:
        yield server


@pytest.fixture(autouse=True)
def no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


@pytest.fixture
def real(request: pytest.FixtureRequest) -> Path | None:
    """The plugin that the option names."""
    found: Path | None = request.config.getoption("--command-plugin", default=None)
    return found


@pytest.fixture
def command(tmp_path: Path, real: Path | None) -> Iterator[Asking]:
    if real is None:
        yield account(tmp_path, "command")
        return
    with plugin.running(real) as process:
        yield Asking(process)


@pytest.fixture
def stand_in(real: Path | None) -> None:
    """For what the stand-in alone does."""
    if real:
        pytest.skip("of the stand-in only")


@pytest.fixture
def connection(host: SmallSsh) -> dict[str, Any]:
    return host.connection()
