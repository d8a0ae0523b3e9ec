"""Restores a dump into the service: into a temporary database first, which replaces the live one once it is complete.

A run that is cut off has changed nothing, but at one word of PostgreSQL's; the next one begins by dropping its rests.
"""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host, scratch_lock
from host.core.ownership import claim
from host.dokku.services import require_service
from host.dumps.container_file import ContainerFile
from host.dumps.incoming import delivered
from host.loading.verdict import Verdict
from host.placing.app_by_app import exchange_each, owners
from host.placing.live_schemas import end_sessions, exchange_names
from host.placing.newer_schemas import NotTakenError, taken_along
from host.placing.note import Note, new_note
from host.placing.restored import Restored
from host.placing.settle import settle
from host.placing.swap import keep_beside, swap_database
from host.postgres.grants import give_grants, read_grants
from host.postgres.owners import restore_owners
from host.postgres.psql import inside, live
from host.restore import one_app
from host.restore.facts import SetAside
from host.restore.held_back import brought_over
from host.restore.look import checked
from host.restore.set_aside import DATABASE, claimed
from host.scratch.database import RESTORED, oid_of, tidied, unchanged_on_failure
from host.scratch.growth import load_with_progress
from host.values.json_values import to_json
from host.values.text import printable

_OF_SCHEMAS = ("SCHEMA", "DEFAULT")


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
        major = checked(host, self.service, file).major
        note = new_note(host, self.dump)
        with tidied(host, self.service):
            if self.into:
                found = _beside_live(host, file, self.into, note)
            elif self.schema:
                found = one_app.restore(host, file, self.schema, self.was or self.schema, note)
            else:
                found = _whole(host, file, note)
        if not self.into:
            brought_over(host, self.service, major, found.verdicts)
        host.out.result(to_json(found))


@dataclass(frozen=True)
class PutBack(Command, noun="restore", verb="put-back", lock=scratch_lock("{service}")):
    """Put back what a restore set aside: a whole database, or an app's schemas. What is live is set aside."""

    service: str
    name: str

    def run(self, host: Host) -> None:
        """HostError where nothing has changed."""
        found = claimed(host, self.service, self.name)
        note = new_note(host, self.name)
        with host.lock(SERVICES_LOCK), unchanged_on_failure(self.service):
            done = self._database(host, note) if found.kind == DATABASE else self._schemas(host, found, note)
        host.out.result(to_json(done))

    def _database(self, host: Host, note: Note) -> Restored:
        return _switched(host, self.service, self.name, note, title=self.name)

    def _schemas(self, host: Host, found: SetAside, note: Note) -> Restored:
        host.step(f"{self.service}: {', '.join(found.parts)} becomes {found.of} again")
        psql = live(host, self.service)
        granted = read_grants(psql)
        old, names = exchange_names(psql, found.parts, replace(note, role=found.role))
        # Who may use a schema was taken from the database that was set aside; the one that it replaces still has it.
        give_grants(psql, [row for row in granted if row["kind"] in _OF_SCHEMAS and row["schema"] in names])
        restore_owners(psql)
        end_sessions(psql, names)
        return Restored(tuple(old))


def _whole(host: Host, file: ContainerFile, note: Note) -> Restored:
    """Load it beside the live database, and let the two change places. An app that cannot be restored keeps what it
    has. HostError where nothing has changed.
    """
    service = file.service
    loaded = load_with_progress(host, file)
    file.remove()
    with host.lock(SERVICES_LOCK):
        done = _switched(host, service, RESTORED, note, title="the restored data", verdicts=loaded.verdicts)
    return replace(done, fingerprint=loaded.fingerprint)


def _switched(
    host: Host, service: str, name: str, note: Note, *, title: str, verdicts: Sequence[Verdict] = ()
) -> Restored:
    """Let a database take the live one's place, with the live data of what it lacks; where that cannot be copied, let
    the apps of both change places one at a time.
    """
    settle(host, service, name)
    coming = owners(inside(host, service, name))
    held_back = [schema for verdict in verdicts if not verdict.ok for schema in verdict.schemas]
    try:
        with taken_along(host, service, name, held_back) as kept:
            give_grants(inside(host, service, name), read_grants(live(host, service), kept.schemas))
            restore_owners(inside(host, service, name))
            host.step(f"{service}: switching databases; open sessions end, and new ones see {title}")
            old = swap_database(host, service, name, note, kept.holder)
            return Restored((old,), verdicts=tuple(verdicts), kept=tuple(map(printable, kept.schemas)))
    except NotTakenError as problem:
        host.step(f"{service}: {problem}")
        return exchange_each(inside(host, service, name), coming, note, verdicts)


def _beside_live(host: Host, file: ContainerFile, name: str, note: Note) -> Restored:
    """Load it under that name. What of it cannot be restored is not in it. HostError where there is one already."""
    service = file.service
    if oid_of(host, service, name):
        raise HostError(
            f"there is a database {name} beside it already. Take another name, or first: ./petbase drop-data {name}"
        )
    loaded = load_with_progress(host, file)
    file.remove()
    settle(host, service, RESTORED)
    keep_beside(host, service, RESTORED, name, note)
    return Restored((), loaded.fingerprint, loaded.verdicts)
