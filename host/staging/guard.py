"""Ends a load of foreign data before the disk is full, since the service's PostgreSQL would stop for every app, and one
that never ends by itself, since the drill waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from host.core.errors import HostError
from host.core.host import Host
from host.loading.guard import Why
from host.loading.guard import guarded as guarded_load

_MOST_HOURS = 24


@contextmanager
def guarded(host: Host, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` where the block must not go on, and say why of the failure that it makes of the block."""
    with guarded_load(host, end, _MOST_HOURS * 3600) as ended_for:
        try:
            yield
        except HostError as problem:
            if ended_for:
                raise HostError(_sentence(ended_for[0]), problem.tail) from None
            raise


def _sentence(why: Why) -> str:
    if why is Why.DISK:
        return (
            "the server's disk ran full while the source was loaded; nothing was changed. What restores left behind: "
            "./petbase kept; a bigger disk: ./petbase resize"
        )
    if why is Why.MEMORY:
        return (
            "the server's memory ran short while the source was loaded; nothing was changed. Run it again when the "
            "apps need less; a bigger server: ./petbase resize"
        )
    return (
        f"the source was not loaded within {_MOST_HOURS} hours; nothing was changed. Look in it for a statement, a "
        "trigger or a check that never ends"
    )
