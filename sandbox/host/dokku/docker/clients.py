"""Containers that `docker run` runs in the foreground, by name: so that `docker rm --force` ends them."""

import contextlib
import os
import signal
from pathlib import Path

from sandbox.host.dokku.core import files
from sandbox.host.dokku.core.paths import SANDBOX
from sandbox.host.dokku.processes import processes

_FOLDER = SANDBOX / "containers" / "client"


def keep(name: str) -> None:
    """This process goes on as the container of this name."""
    files.write_json(_record(name), {"pid": os.getpid(), "started": processes.start_time(os.getpid())})


def end(name: str) -> bool:
    """Whether one ran, which ended."""
    if not _record(name).exists():
        return False
    found = files.read_json(_record(name))
    _record(name).unlink()
    if not processes.alive(found["pid"], found["started"]):
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(found["pid"], signal.SIGKILL)
    return True


def _record(name: str) -> Path:
    return _FOLDER / f"{name}.json"
