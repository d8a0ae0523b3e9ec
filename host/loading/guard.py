"""Ends a load that would take what the server's apps need, its disk or its memory, and one that never ends.

What an app wrote runs while its data is loaded, and PostgreSQL's own limits of time are that code's to change. A full
disk stops the service's PostgreSQL for every app, and the drill waits for a load of foreign data.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum

from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import free_bytes
from host.programs.beside import beside
from host.server.machine import memory_of
from host.watch.limits import MEMORY_PERCENT

# PostgreSQL writes some 20 MB on the way to the next look, and takes some 200 MB of memory where somebody means to.
_LEFT_BYTES, _PAUSE_SECONDS = 64 << 20, 0.1
_LEAST_SECONDS, _SECONDS_PER_MB = 3600, 4
_MOST_HOURS = 24


class Why(Enum):
    """What a load was ended for."""

    DISK = "the server's disk ran full while it was loaded"
    MEMORY = "it took nearly all of the server's memory while it was loaded"
    TIME = "it was not loaded in time, so something in it may never end"


def patience(size: int) -> int:
    """How many seconds the load of a dump of so many bytes may take: some 150 times what it takes on two cores."""
    return _LEAST_SECONDS + size // 1_000_000 * _SECONDS_PER_MB


@contextmanager
def guarded(host: Host, end: Callable[[], object], seconds: float) -> Iterator[list[Why]]:
    """Call `end` where the block must not go on, again and again until it ends; the list then says why."""
    deadline, ended_for = time.monotonic() + seconds, list[Why]()

    def watch() -> None:
        if not ended_for:
            ended_for.extend(_why_not_on(host, deadline))
        if ended_for:
            with suppress(HostError):
                end()

    with beside(watch, _PAUSE_SECONDS):
        yield ended_for


def _why_not_on(host: Host, deadline: float) -> Iterator[Why]:
    if free_bytes(host) < _LEFT_BYTES:
        yield Why.DISK
    elif time.monotonic() > deadline:
        yield Why.TIME
    elif _memory_is_short(host):
        yield Why.MEMORY


def _memory_is_short(host: Host) -> bool:
    try:
        memory = memory_of(host)
    except HostError:
        return False
    return memory.available * 100 < memory.total * MEMORY_PERCENT


@contextmanager
def source_guarded(host: Host, end: Callable[[], object]) -> Iterator[None]:
    """Call `end` where the block must not go on, and say why of the failure that it makes of the block."""
    with guarded(host, end, _MOST_HOURS * 3600) as ended_for:
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
