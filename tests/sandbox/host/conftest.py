"""Separate hosts for tests that break, stop or reconfigure one."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.host.machine import Machine
from tests.support.hosts.sandbox_host import SandboxHost, start_host

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def own_host(sandbox_root: Path, sandbox_key: Path) -> Iterator[SandboxHost]:
    """A running host that only the tests of one file use."""
    host = start_host(sandbox_root, f"own-{next(_NUMBERS)}", sandbox_key)
    yield host
    host.machine.destroy()


@pytest.fixture
def machine(sandbox_root: Path, sandbox_key: Path) -> Iterator[Machine]:
    """A host that was made and not started yet, for one test."""
    key = Path(f"{sandbox_key}.pub").read_text()
    machine = Machine.create(sandbox_root, f"machine-{next(_NUMBERS)}", authorized_keys=[key])
    yield machine
    if machine.directory.exists():
        machine.destroy()
