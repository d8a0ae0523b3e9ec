"""The copy: a new service beside the old one gets roles, settings and data, and is compared with what the old one has.

Until it is whole nothing of the old service changes; its database can be read, and writes wait.
"""

from dataclasses import dataclass, replace

from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import MAKING, owner_of, record
from host.database import settings, trial
from host.dokku import services
from host.dumps.container_file import free_bytes
from host.postgres.psql import beside, database_name, inside
from host.upgrade import state
from host.upgrade.fill import fill
from host.upgrade.hold import Hold, held, reopen
from host.upgrade.state import EXCHANGING, UpgradeState

_LIVE_BYTES = "SELECT pg_database_size(:'live');"
_MORE_BYTES = 128 << 20
_SET_VALUES = """
SELECT setval(format('%I.%I', value ->> 0, value ->> 1)::regclass, (value ->> 2)::bigint)
  FROM json_array_elements(:'values') AS value;
"""


@dataclass(frozen=True)
class Copy:
    """From `service` into `new`, of `version`; the data of those whom `hold_back` names need not come."""

    host: Host
    service: str
    new: str
    version: str
    hold_back: tuple[str, ...] = ()

    def run(self, begun: UpgradeState) -> UpgradeState:
        """Make the new service, fill and compare it, and close the old one to all sessions.

        HostError otherwise: then the old one serves as before, and nothing of the new one is left.
        """
        self.discard()
        self._require_room()
        self._make()
        try:
            with held(self.host, self.service) as hold:
                self.host.step(f"{self.service}: from here on it is read, and writes wait until it is over")
                before = hold.catalogue()
                compared = replace(fill(self.host, self.service, self.new, begun, self.hold_back), phase=EXCHANGING)
                self._close(hold, before, compared)
                # Before the locks end: from here on no run may begin again with what the old one has.
                state.write(self.host, self.service, compared)
                return compared
        except (HostError, OSError) as problem:
            self.discard()
            tail = problem.tail if isinstance(problem, HostError) else ""
            raise HostError(
                f"{problem}; {self.service} is as it was. First mend that, then run it again", tail
            ) from None

    def discard(self) -> None:
        """Remove what a run that failed or was cut off has made, and let sessions into the old service again."""
        try:
            self._destroy_new()
        finally:
            reopen(beside(self.host, self.service), database_name(self.service))

    def _destroy_new(self) -> None:
        if not services.service_exists(self.host, self.new):
            return
        owner = owner_of(self.host, f"services/{self.new}")
        if owner is None or owner.how != MAKING or owner.stack != self.host.stack:
            raise HostError(
                f"{self.new} is on this server already, from an upgrade before this; nothing was changed. To "
                "delete it: ./petbase upgrade-database --drop-old"
            )
        self.host.dokku("postgres:destroy", self.new, "--force")
        self.host.state.remove(f"services/{self.new}/owner")

    def _require_room(self) -> None:
        size = int(beside(self.host, self.service).value(_LIVE_BYTES, live=database_name(self.service)))
        needed, free = size * 3 + _MORE_BYTES, free_bytes(self.host)
        if free <= needed:
            raise HostError(
                f"the server's disk has {free >> 20} MB free and another copy of {self.service} needs about "
                f"{needed >> 20}; nothing was changed. What restores left: ./petbase kept; a bigger disk: ./petbase "
                "resize"
            )

    def _make(self) -> None:
        wanted = settings.reserving(replace(settings.read(self.host, self.service), version=self.version))
        trial.require_start(self.host, self.service, wanted)
        self.host.step(f"{self.service}: making PostgreSQL {self.version} beside it")
        record(self.host, f"services/{self.new}", MAKING)
        answer = self.host.ask("dokku", "postgres:create", self.new, *wanted.words, *wanted.limit)
        if not answer.ok:
            self.discard()
            raise HostError(
                f"PostgreSQL {self.version} cannot be made on this server; nothing was changed. Look at: docker ps "
                "--all, df --human-readable",
                answer.output,
            )

    def _close(self, hold: Hold, before: str, compared: UpgradeState) -> None:
        hold.close()
        if hold.catalogue() != before:
            raise HostError("a schema or a large object changed meanwhile; run the same command again")
        stay = {schema for one in compared.held_back for schema in one.schemas}
        values = [one for one in hold.sequences() if one[0] not in stay]
        inside(self.host, self.new, database_name(self.service)).execute(_SET_VALUES, values=values)
