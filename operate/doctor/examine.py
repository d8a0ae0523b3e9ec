"""One look at a stack from all sides at once: its server, its bucket, its ports from here; and what it comes to."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from host.report.model.doctor import DoctorReport
from operate.backups import second_store
from operate.backups.inventory import Inventory
from operate.core.errors import PetbaseError, tried
from operate.doctor import in_the_account, torn_down
from operate.doctor.findings import Finding, unknown, well, with_stack
from operate.doctor.subjects import app_files, database, dumps, hardening, leftovers, ports
from operate.doctor.subjects import apps as doctor_apps
from operate.doctor.subjects import backups as doctor_backups
from operate.doctor.subjects import host as doctor_host
from operate.doctor.subjects import isolation as doctor_isolation
from operate.doctor.subjects.ports import PortProbe
from operate.files import usage
from operate.files.usage import Usage
from operate.server import report as server_report
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass(frozen=True)
class Seen:
    """A stack from all sides. A PetbaseError in the place of an answer says why there is none."""

    stack: Stack
    at: datetime
    host: DoctorReport | PetbaseError
    bucket: Inventory | PetbaseError
    outside: Mapping[PortProbe, bool]
    files: Sequence[Usage] = ()
    copy: Inventory | PetbaseError | None = None
    """The second store; None where the stack has none."""
    account: Sequence[Finding] = ()
    """What Cloudflare's API tells of the buckets."""
    left: Finding | None = None
    """What there is of a stack that was torn down."""

    def findings(self) -> list[Finding]:
        """All findings, in the order in which one reads them. What could not be looked at is a finding too."""
        return [with_stack(self.stack.name, one) for one in _all(self)]


def examine(stack: Stack, connection: Connection) -> list[Finding]:
    """Look, and judge."""
    return see(stack, connection).findings()


def see(stack: Stack, connection: Connection) -> Seen:
    """Look from all sides at once."""
    with ThreadPoolExecutor(6) as pool:
        host = pool.submit(tried, lambda: server_report.fetch(stack, connection))
        bucket = pool.submit(tried, lambda: second_store.shelf(stack))
        copy = pool.submit(tried, lambda: second_store.shelf(stack.at_copy())) if stack.copy else None
        outside, files = pool.submit(ports.answering, ports.of(stack)), pool.submit(usage.looked_at, stack)
        account = pool.submit(in_the_account.findings, stack)
        seen = Seen(stack, datetime.now(UTC), host.result(), bucket.result(), outside.result(), files.result())
        left = torn_down.finding(stack) if isinstance(seen.host, PetbaseError) else None
        return replace(seen, copy=copy.result() if copy else None, account=account.result(), left=left)


def _files(seen: Seen) -> Iterator[Finding]:
    of_dumps = seen.bucket.bytes if isinstance(seen.bucket, Inventory) and seen.stack.backups.store == "r2" else 0
    return app_files.buckets(seen.files, of_dumps)


def _all(seen: Seen) -> Iterator[Finding]:
    stack, host, bucket, outside = seen.stack, seen.host, seen.bucket, seen.outside
    where = f"{stack.server.address}, port {stack.server.port}"
    if isinstance(host, PetbaseError):
        if seen.left:
            yield seen.left
            return
        yield unknown("server", str(host), "where it is gone for good: docs/disaster.md")
        yield from doctor_host.ports(stack, None, outside)
    else:
        yield well("server", f"{where}, shows the stack's host key")
        yield from doctor_host.ports(stack, host, outside)
        yield from of_server(stack, host)
    if isinstance(bucket, PetbaseError):
        yield unknown("dumps", str(bucket))
    else:
        since = None if isinstance(host, PetbaseError) else doctor_backups.watched_since(host.backups.watch)
        yield from dumps.in_the_bucket(stack, bucket, seen.at, since)
    if seen.copy is not None:
        yield from dumps.in_the_second_store(stack, bucket, seen.copy, seen.at)
    yield from _files(seen)
    yield from seen.account


def of_server(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """All that follows from the server's report."""
    yield from doctor_host.findings(stack, report)
    yield from database.findings(stack, report)
    yield from hardening.findings(report)
    yield from doctor_isolation.findings(stack, report)
    yield from leftovers.findings(stack, report)
    yield from doctor_apps.findings(stack, report)
    yield from doctor_backups.on_the_server(stack, report)
    yield from dumps.copy_on_the_server(stack, report)
    yield from app_files.findings(stack, report.backups.files, report.machine.now)
