"""Locks between runs of this program. Dokku has none: of ten parallel links to one service, one is lost (seen)."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from host.core.errors import HostError

LIMIT_SECONDS = 900
_PAUSE_SECONDS = 0.1


@contextmanager
def locked(folder: Path, name: str, waiting: Callable[[], None], limit: float = LIMIT_SECONDS) -> Iterator[None]:
    """Hold the lock `name` for the length of a block; `waiting` is called once if somebody else holds it.

    A killed process holds none, and children never inherit one. HostError after `limit` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"petbase.{name}.lock").open("w") as file:
        _take(file.fileno(), name, waiting, limit)
        yield


def is_held(path: Path) -> bool:
    """Whether some run holds the lock of this file now."""
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _take(fd: int, name: str, waiting: Callable[[], None], limit: float) -> None:
    deadline = time.monotonic() + limit
    told = False
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise HostError(
                    f"another run is still working on {name} after {limit / 60:.0f} minutes; nothing was changed. "
                    "Wait until it ends, then run pulumi up again"
                ) from None
        else:
            return
        if not told:
            told = True
            waiting()
        time.sleep(_PAUSE_SECONDS)
