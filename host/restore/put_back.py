"""What a restore set aside, in its place again, and what is live now aside: the same exchange, without a dump."""

from __future__ import annotations

from dataclasses import dataclass, replace

from host.core.command import Command
from host.core.host import SERVICES_LOCK, Host, scratch_lock
from host.placing.live_schemas import end_sessions, exchange_names
from host.placing.newer_schemas import taken_along
from host.placing.note import Note, new_note
from host.placing.settle import settle
from host.placing.swap import swap_database
from host.postgres.grants import give_grants, read_grants
from host.postgres.owners import restore_owners
from host.postgres.psql import inside, live
from host.restore.facts import Restored, SetAside
from host.restore.run import unchanged_on_failure
from host.restore.set_aside import DATABASE, claimed
from host.values.json_values import to_json

_OF_SCHEMAS = ("SCHEMA", "DEFAULT")


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
        settle(host, self.service, self.name)
        with taken_along(host, self.service, self.name) as kept:
            give_grants(inside(host, self.service, self.name), read_grants(live(host, self.service), kept.schemas))
            restore_owners(inside(host, self.service, self.name))
            host.step(f"{self.service}: switching databases; open sessions end, and new ones see {self.name}")
            old = swap_database(host, self.service, self.name, note, kept.holder)
        return Restored((old,), kept=kept.schemas)

    def _schemas(self, host: Host, found: SetAside, note: Note) -> Restored:
        host.step(f"{self.service}: {', '.join(found.parts)} becomes {found.of} again")
        psql = live(host, self.service)
        granted = read_grants(psql)
        old, names = exchange_names(psql, found.parts, replace(note, role=found.role))
        # Who may use a schema was taken from the one that was set aside; the one whose place it takes has it still.
        give_grants(psql, [row for row in granted if row["kind"] in _OF_SCHEMAS and row["schema"] in names])
        restore_owners(psql)
        end_sessions(psql, names)
        return Restored(tuple(old))
