"""Ends a load of foreign data before the disk is full: the service's PostgreSQL would stop for every app."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import free_bytes

_LEFT_BYTES, _GUARD_SECONDS = 256 << 20, 1.0


@contextmanager
def disk_guarded(host: Host, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` where the disk is about to be full, and say so of the failure that it makes of the block."""
    over, full = threading.Event(), threading.Event()

    def watch() -> None:
        while not over.wait(_GUARD_SECONDS):
            if free_bytes(host, "/var/lib/dokku") < _LEFT_BYTES:
                full.set()
                end()
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    except HostError as problem:
        if full.is_set():
            raise HostError(
                "the server's disk ran full while the source was loaded; nothing was changed. What restores left "
                "behind: ./petbase kept; a bigger disk: ./petbase resize",
                problem.tail,
            ) from None
        raise
    finally:
        over.set()
        thread.join()
