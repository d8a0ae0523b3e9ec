"""One look at a stack: the server by one connection, the bucket beside it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from host.report.model.status import StatusReport
from host.report.status import ReportStatus
from operate.core.errors import PetbaseError, tried
from operate.doctor import torn_down
from operate.doctor.findings import Finding
from operate.dumps.objects import Dump
from operate.dumps.store import Store
from operate.server import program
from operate.server import report as server_report
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

Dumps = tuple[Dump, ...]


@dataclass(frozen=True)
class Look:
    """What was seen. A PetbaseError in the place of an answer says why there is none; `dumps` are newest first."""

    stack: Stack
    at: datetime
    server: StatusReport | PetbaseError
    dumps: Dumps | PetbaseError
    left: Finding | None = None
    """What there is of a stack that was torn down."""

    @property
    def newest(self) -> Dump | None:
        """The newest dump that counts; None also where the bucket does not open."""
        return None if isinstance(self.dumps, PetbaseError) else next((one for one in self.dumps if one.counts), None)


def take(stack: Stack, connection: Connection) -> Look:
    """Look at both at once. A server or a bucket that does not answer is a part of what was seen."""
    with ThreadPoolExecutor(2) as pool:
        server = pool.submit(tried, lambda: report(stack, connection))
        dumps = pool.submit(tried, lambda: _dumps(stack))
        seen = Look(stack, datetime.now(UTC), server.result(), dumps.result())
    return replace(seen, left=torn_down.finding(stack)) if isinstance(seen.server, PetbaseError) else seen


def report(stack: Stack, connection: Connection, *, page: bool = False) -> StatusReport:
    """Ask the server. PetbaseError where it cannot be reached, or answers in a way that is not known."""
    command = ReportStatus(stack.service, app=tuple(stack.apps), page=page)
    return server_report.read(StatusReport, program.call(stack, connection, command))


def _dumps(stack: Stack) -> Dumps:
    with Store(stack) as store:
        return tuple(store.dumps())
