"""Finds the pinned Pulumi CLI: on PATH, in the cache, else by getting it.

The engine is the real one, so it must be a real CLI. Two first runs at once get it once.
"""

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.engine.pulumi_get import Say, cache_folder, obtain, recent_enough, version_of
from sandbox.engine.pulumi_release import NoCliError

__all__ = ["NoCliError", "find"]


def find(say: Say = print) -> Path:
    """The CLI's path. `say` gets a line before anything that takes long. NoCliError when nothing works."""
    if found := on_path() or cached():
        return found
    with _locked(cache_folder()):
        if found := cached():  # another run got it while this one waited
            return found
        return obtain(say)


def on_path() -> Path | None:
    """`pulumi` on PATH, if it is at least the pinned version of the same major."""
    found = shutil.which("pulumi")
    return Path(found) if found and recent_enough(version_of(Path(found))) else None


def cached() -> Path | None:
    """The CLI that an earlier run fetched or built."""
    path = cache_folder() / "pulumi"
    return path if os.access(path, os.X_OK) else None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        find()
    except NoCliError as problem:
        sys.exit(str(problem))
