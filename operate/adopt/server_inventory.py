"""The inventory of a server that was set up by hand (host/report/adopt). No secret is in it."""

from host.report.adopt import ReportAdopt
from host.report.model.adopt import AdoptReport, FoundService
from host.values.json_values import from_json
from operate.core import terminal
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


def chosen(report: AdoptReport, service: str | None) -> FoundService:
    """The service to describe: the only one, or the named one. RefusedError without one."""
    found = {one.name: one for one in report.services}
    names = ", ".join(found)
    if not found:
        raise RefusedError(
            "This server has no PostgreSQL of dokku-postgres, so there is nothing to take over. "
            "./petbase init STACK --host HOST writes a stack file that makes one there."
        )
    if service is None and len(found) > 1:
        service = terminal.ask(f"Which PostgreSQL ({names})")
        if not service:
            raise RefusedError(f"There are {len(found)}: {names}. Name one: --service NAME")
    name = service or next(iter(found))
    if name not in found:
        raise RefusedError(f'This server has no PostgreSQL service "{name}"; it has: {names}.')
    return found[name]
