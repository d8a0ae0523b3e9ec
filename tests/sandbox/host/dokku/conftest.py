"""A separate host: these tests stop it, break it and look into its files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hosts.sandbox_host import SandboxHost, start_host

_SETUP = """set -e
dokku plugin:install https://github.com/dokku/dokku-postgres.git --committish 1.48.0 --name postgres
dokku ssh-keys:add tester
dokku domains:set-global localhost
"""


@pytest.fixture(scope="module")
def dokku(sandbox_root: Path, sandbox_key: Path) -> Iterator[SandboxHost]:
    """A host with the plugin, a registered key and the global domain localhost."""
    host = start_host(sandbox_root, "dokku", sandbox_key)
    answer = host.ssh(_SETUP, stdin=host.public_key)
    assert answer.returncode == 0, answer.stderr
    yield host
    host.machine.destroy()
