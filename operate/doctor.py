"""One look at a stack from all sides at once: its server, its bucket, its ports from here; and what it comes to."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from operate import (
    doors,
    health_apps,
    health_backups,
    health_hardening,
    health_host,
    health_isolation,
    health_left,
    reckoning,
    seen,
)
from operate.doors import Door
from operate.errors import PetbaseError
from operate.findings import Finding, naming, unknown, well
from operate.outputs import Stack
from operate.reckoning import Shelf
from operate.seen import Seen
from operate.ssh import Connection
from operate.store import Store

_T = TypeVar("_T")


def examine(stack: Stack, connection: Connection) -> list[Finding]:
    """All findings, in the order in which one reads them. What cannot be looked at is a finding too."""
    with ThreadPoolExecutor(3) as pool:
        host = pool.submit(_tried, lambda: seen.look(stack, connection))
        bucket = pool.submit(_tried, lambda: _shelf(stack))
        outside = pool.submit(doors.answering, doors.of(stack))
        found = _all(stack, host.result(), bucket.result(), outside.result())
        return [naming(stack.name, one) for one in found]


def _shelf(stack: Stack) -> Shelf:
    with Store(stack) as store:
        return reckoning.shelf(store)


def _tried(look: Callable[[], _T]) -> _T | PetbaseError:
    try:
        return look()
    except PetbaseError as problem:
        return problem


def _all(
    stack: Stack, host: Seen | PetbaseError, bucket: Shelf | PetbaseError, outside: Mapping[Door, bool]
) -> Iterator[Finding]:
    where = f"{stack.server.address}, port {stack.server.port}"
    now = datetime.now(UTC)
    if isinstance(host, PetbaseError):
        yield unknown("server", str(host), "where it is gone for good: docs/disaster.md")
        yield from health_host.ports(stack, None, outside)
    else:
        yield well("server", f"{where}, shows the stack's host key")
        yield from health_host.ports(stack, host, outside)
        yield from health_host.findings(stack, host)
        yield from health_hardening.findings(stack, host)
        yield from health_isolation.findings(host)
        yield from health_left.findings(stack, host)
        yield from health_apps.findings(stack, host)
        yield from health_backups.on_the_server(stack, host)
    if isinstance(bucket, PetbaseError):
        yield unknown("dumps", str(bucket))
    else:
        since = None if isinstance(host, PetbaseError) else host.since
        yield from health_backups.in_the_bucket(stack, bucket, now, since)
