"""One engine run at a time per sandbox, and what a killed run leaves behind."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine.diagnostics import EngineError

_ORPHAN_SECONDS = 30.0
"""A CLI whose Python was killed notices that within seconds; longer means that it is really at work."""


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the sandbox. EngineError at once when another process of this machine does."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root / "engine.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise EngineError(
                f"another run is at work in {root} (process {lock.read().strip() or 'unknown'}); "
                "wait until it is done, or end it"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def left_locks(root: Path, stack: str) -> list[int]:
    """The processes whose lock lies on the stack. To be asked while `alone`: then none of them is a run of ours."""
    return [json.loads(path.read_text())["pid"] for path in (root / "state").rglob(f"locks/**/{stack}/*.json")]


def wait_until_gone(pids: list[int]) -> None:
    """Wait for CLIs that outlived their run. EngineError when one is still there after half a minute."""
    deadline = time.monotonic() + _ORPHAN_SECONDS
    while working := [pid for pid in pids if _is_pulumi(pid)]:
        if time.monotonic() > deadline:
            raise EngineError(f"the engine of an earlier run is still at work (process {working[0]}); wait, or end it")
        time.sleep(0.2)


def _is_pulumi(pid: int) -> bool:
    """Whether that process lives and is a Pulumi CLI; ids are used again after a restart of the machine."""
    try:
        os.kill(pid, 0)
        return "pulumi" in Path(f"/proc/{pid}/comm").read_text()
    except FileNotFoundError:
        return True
    except OSError:
        return False
