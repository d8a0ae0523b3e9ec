"""Room for a dump's locks: told before there is none and the dumps fail."""

from contextlib import suppress

from host.check.findings import Findings
from host.postgres.psql import SqlError, live
from host.values.dump_locks import DUMP_LOCKS, DumpLocks

_QUESTION = "SELECT" + DUMP_LOCKS


def look_at_locks(found: Findings) -> None:
    """A database that answers no query is another look's."""
    with suppress(SqlError):
        told = live(found.host, found.service).json(_QUESTION)
        locks = DumpLocks(**told) if told else None
        if locks and locks.problem:
            found.problem("dump locks", f"{locks.problem}. Write {locks.repair}, which restarts PostgreSQL")
