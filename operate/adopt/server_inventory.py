"""The inventory of a server that somebody set up (host/report/adopt). No secret is in it."""

from host.report.adopt.command import ReportAdopt
from host.report.model.adopt import AdoptReport, FoundService
from host.values.json_values import from_json
from operate.core.errors import PetbaseError, RefusedError
from operate.server.connection.errors import RemoteError
from operate.server.program import CommandFailedError, call_without_stack
from operate.server.ssh import Connection


def fetch(connection: Connection) -> AdoptReport:
    """Ask the server, over one connection. PetbaseError where it, or its Dokku, does not answer."""
    try:
        return from_json(AdoptReport, call_without_stack(connection, ReportAdopt()))
    except CommandFailedError as problem:
        tail = f" ({'; '.join(problem.tail)})" if problem.tail else ""
        raise _undescribed(f"{problem.reason}{tail}") from None
    except RemoteError as problem:
        raise _undescribed(problem.said) from None


def _undescribed(reason: str) -> PetbaseError:
    return PetbaseError(f"The server cannot be described: {reason}. Nothing was written.")


def service_named(report: AdoptReport, name: str) -> FoundService:
    """The service of this name. RefusedError where there is none."""
    for found in report.services:
        if found.name == name:
            return found
    names = ", ".join(found.name for found in report.services)
    raise RefusedError(f'This server has no PostgreSQL service "{name}"; it has: {names}.')
