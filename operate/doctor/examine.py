"""One look at a stack from all sides at once: its server, its bucket, its ports from here; and what it comes to."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from host.report.model.doctor import DoctorReport
from operate.backups import inventory
from operate.backups.inventory import Inventory
from operate.core.errors import PetbaseError
from operate.doctor import apps as doctor_apps
from operate.doctor import backups as doctor_backups
from operate.doctor import database, hardening, leftovers, ports
from operate.doctor import host as doctor_host
from operate.doctor import isolation as doctor_isolation
from operate.doctor.findings import Finding, unknown, well, with_stack
from operate.doctor.ports import PortProbe
from operate.dumps.store import Store
from operate.server import report as server_report
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_T = TypeVar("_T")


def examine(stack: Stack, connection: Connection) -> list[Finding]:
    """All findings, in the order in which one reads them. What cannot be looked at is a finding too."""
    with ThreadPoolExecutor(3) as pool:
        host = pool.submit(_tried, lambda: server_report.fetch(stack, connection))
        bucket = pool.submit(_tried, lambda: _shelf(stack))
        outside = pool.submit(ports.answering, ports.of(stack))
        found = _all(stack, host.result(), bucket.result(), outside.result())
        return [with_stack(stack.name, one) for one in found]


def _shelf(stack: Stack) -> Inventory:
    with Store(stack) as store:
        return inventory.shelf(store)


def _tried(look: Callable[[], _T]) -> _T | PetbaseError:
    try:
        return look()
    except PetbaseError as problem:
        return problem


def _all(
    stack: Stack, host: DoctorReport | PetbaseError, bucket: Inventory | PetbaseError, outside: Mapping[PortProbe, bool]
) -> Iterator[Finding]:
    where = f"{stack.server.address}, port {stack.server.port}"
    now = datetime.now(UTC)
    if isinstance(host, PetbaseError):
        yield unknown("server", str(host), "where it is gone for good: docs/disaster.md")
        yield from doctor_host.ports(stack, None, outside)
    else:
        yield well("server", f"{where}, shows the stack's host key")
        yield from doctor_host.ports(stack, host, outside)
        yield from of_server(stack, host)
    if isinstance(bucket, PetbaseError):
        yield unknown("dumps", str(bucket))
    else:
        since = None if isinstance(host, PetbaseError) else watched_since(host)
        yield from doctor_backups.in_the_bucket(stack, bucket, now, since)


def of_server(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """All that follows from the server's report."""
    yield from doctor_host.findings(stack, report)
    yield from database.findings(stack, report)
    yield from hardening.findings(report)
    yield from doctor_isolation.findings(stack, report)
    yield from leftovers.findings(stack, report)
    yield from doctor_apps.findings(stack, report)
    yield from doctor_backups.on_the_server(stack, report)


def watched_since(report: DoctorReport) -> datetime | None:
    """Since when dumps are watched: what was due before that moment is not late."""
    since = report.backups.watch.since
    return datetime.fromtimestamp(since, UTC) if since else None
