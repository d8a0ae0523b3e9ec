"""How far long work is, once a second, while it goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from host.core.host import Host

_SECONDS = 1.0


@contextmanager
def progress_of(host: Host, measure: Callable[[], int]) -> Iterator[None]:
    """Send `measure()`, bytes, to the client once a second for the length of a block; one that fails is left out."""
    ended = threading.Event()

    def report() -> None:
        while not ended.wait(_SECONDS):
            try:
                host.out.progress(bytes=measure())
            except (OSError, ValueError):
                continue

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
