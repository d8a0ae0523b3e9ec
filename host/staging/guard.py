"""Ends a load of foreign data before the disk is full, since the service's PostgreSQL would stop for every app, and one
that never ends by itself, since the drill waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import free_bytes

_LEFT_BYTES, _MOST_HOURS, _GUARD_SECONDS = 256 << 20, 24, 1.0


@contextmanager
def guarded(host: Host, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` where the block must not go on, and say why of the failure that it makes of the block."""
    over, began, ended_for = threading.Event(), host.now(), list[str]()

    def watch() -> None:
        while not over.wait(_GUARD_SECONDS):
            if why := _why_not_on(host, began):
                ended_for.append(why)
                end()
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    except HostError as problem:
        if ended_for:
            raise HostError(ended_for[0], problem.tail) from None
        raise
    finally:
        over.set()
        thread.join()


def _why_not_on(host: Host, began: float) -> str:
    """Why it has to end now; "" where it may go on."""
    if free_bytes(host) < _LEFT_BYTES:
        return (
            "the server's disk ran full while the source was loaded; nothing was changed. What restores left behind: "
            "./petbase kept; a bigger disk: ./petbase resize"
        )
    if host.now() - began > _MOST_HOURS * 3600:
        return (
            f"the source was not loaded within {_MOST_HOURS} hours; nothing was changed. Look in it for a statement, a "
            "trigger or a check that never ends"
        )
    return ""
