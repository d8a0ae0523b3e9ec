"""Fixtures that several folders share. What belongs to one folder goes into its own conftest."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.host.machine import Machine
from tests.support import memory
from tests.support.hosts.sandbox_host import SandboxHost, make_key, start_host

# Each ends a run as Ctrl-C does: else its hosts would keep running, in gigabytes of memory. A run in the background
# (nohup, `make test &`) ignores the first two, and so would the commands that tests send them to.
for _number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    signal.signal(_number, signal.default_int_handler)

if "TMPDIR" not in os.environ and (fast := memory.folder()):
    os.environ["TMPDIR"] = str(fast)
    tempfile.tempdir = None


def pytest_collection_finish() -> None:
    """Several thousand tests stay in memory to the end: the collector need not look through them again and again."""
    gc.freeze()


@pytest.fixture(scope="session")
def sandbox_root() -> Iterator[Path]:
    """A sandbox folder for this run: a short path, since sockets' names have 107 bytes. Hosts left in it are ended."""
    root = Path(tempfile.mkdtemp(prefix="pb-"))
    yield root
    for machine in Machine.all(root):
        machine.destroy()
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def sandbox_key(sandbox_root: Path) -> Path:
    """The private key that opens the hosts of this run; its public half is the same path with .pub."""
    return make_key(sandbox_root / "id_ed25519")


@pytest.fixture(scope="module")
def sandbox_host(sandbox_root: Path, sandbox_key: Path) -> Iterator[SandboxHost]:
    """One running host with Dokku for a file's tests: use your own names."""
    host = start_host(sandbox_root, "shared", sandbox_key)
    yield host
    host.machine.destroy()
