"""A dump back into the service: into a database of its own first, and in its place only when it is whole there.

A run that is cut off has changed nothing, but at one word of PostgreSQL's; the next one begins by dropping its rests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import Host, scratch_lock
from host.core.ownership import claim
from host.dokku.services import require_service
from host.dumps.incoming import delivered
from host.placing.note import new_note
from host.postgres.psql import SqlError
from host.restore import one_app, whole
from host.restore.look import checked
from host.restore.scratch import RESTORED, drop_scratch
from host.values.json_values import to_json


@dataclass(frozen=True)
class RunRestore(Command, noun="restore", verb="run", lock=scratch_lock("{service}"), timed=("restore", "{schema}")):
    """Restore a dump that was sent to the server: the whole database, one app's schemas, or beside the live one."""

    service: str
    name: str
    """What `dump upload` or `dump fetch` called it."""
    _: KW_ONLY
    dump: str
    """Its name to people."""
    schema: str = ""
    """Only the schemas of the app that this one belongs to."""
    was: str = ""
    """What that schema is called in the dump, where that is another name."""
    into: str = ""
    """A database of that name beside the live one, which stays as it is."""

    def run(self, host: Host) -> None:
        """The dump goes when all is loaded; after a failure it stays, so that the next try need not send it again."""
        claim(host, f"services/{self.service}")
        require_service(host, self.service)
        file = delivered(host, self.service, self.name)
        checked(host, self.service, file)
        note = new_note(host, self.dump)
        with tidied(host, self.service):
            if self.into:
                found = whole.restore_beside(host, file, self.into, note)
            elif self.schema:
                found = one_app.restore(host, file, self.schema, self.was or self.schema, note)
            else:
                found = whole.restore(host, file, note)
        host.out.result(to_json(found))


@contextmanager
def tidied(host: Host, service: str) -> Iterator[None]:
    """Leave nothing behind but what was asked for, and say of a failure that nothing was changed."""
    try:
        with unchanged_on_failure(service):
            yield
    finally:
        with suppress(HostError):
            drop_scratch(host, service, RESTORED)


@contextmanager
def unchanged_on_failure(service: str) -> Iterator[None]:
    """Say of a failure in the block that the live data is as it was."""
    try:
        yield
    except HostError as problem:
        why = problem.reason if isinstance(problem, SqlError) else str(problem)
        raise HostError(
            f"{service} is as it was: {why}. First mend that, or choose another dump: ./petbase backups",
            problem.tail,
            problem.cause,
        ) from None
