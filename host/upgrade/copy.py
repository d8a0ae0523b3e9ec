"""The copy: a new service beside the old one gets roles, settings and data, and is compared with what the old one has.

Until it is whole nothing of the old service changes; its database can be read, and writes wait.
"""

from dataclasses import dataclass, replace

from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import MAKING, owner_of, record
from host.database import settings, trial
from host.dokku import services
from host.dumps.container_file import ContainerFile, free_bytes
from host.loading.search_paths import of_roles
from host.loading.verdict import reason
from host.placing.settle import copy_settings
from host.postgres.grants import give_grants, read_grants
from host.postgres.owners import restore_owners
from host.postgres.psql import beside, container, database_name, inside, live
from host.programs.runner import Stage
from host.scratch import rows
from host.scratch.load import Loaded, Scope, load
from host.upgrade import database, state
from host.upgrade.database import copy_roles
from host.upgrade.hold import Hold, held, reopen
from host.upgrade.state import EXCHANGING, UpgradeState

_FILE = "/tmp/petbase_upgrade"
_ZONE = "UTC"
"""In which both are read: times are text in a dump, in the zone of the server that wrote it."""
_LIVE_BYTES = "SELECT pg_database_size(:'live');"
_MORE_BYTES = 128 << 20
_SET_VALUES = """
SELECT setval(format('%I.%I', value ->> 0, value ->> 1)::regclass, (value ->> 2)::bigint)
  FROM json_array_elements(:'values') AS value;
"""


@dataclass(frozen=True)
class Copy:
    """From `service` into `new`, of `version`."""

    host: Host
    service: str
    new: str
    version: str

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
                compared = replace(self._fill(begun), phase=EXCHANGING)
                self._close(hold, before)
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

    def _fill(self, begun: UpgradeState) -> UpgradeState:
        file = ContainerFile(self.host, self.new, _FILE)
        self._dump(file)
        self.host.step(f"{self.service}: roles, settings, data")
        copy_roles(self.host, self.service, self.new)
        name = database_name(self.service)
        loaded = self._load(file, name)
        restore_owners(inside(self.host, self.new, name))
        give_grants(inside(self.host, self.new, name), read_grants(live(self.host, self.service)))
        self.host.step(f"{self.service}: comparing rows and sequences with what {self.service} holds")
        said = rows.of_dump(file, loaded.archive.entries)
        came = rows.of_database(self.host, self.new, name, like=said, settings={"TimeZone": _ZONE})
        if different := said.differences(came):
            raise HostError(f"rows differ: {'; '.join(different[:2])}")
        file.remove()
        database.drop_own(self.host, self.new)
        return replace(begun, rows=came.count, tables=len(came.tables), fingerprint=loaded.fingerprint)

    def _load(self, file: ContainerFile, name: str) -> Loaded:
        """Load the dump into a database that is like the old one. LoadError unless all of it came."""
        # Who may read whose data while it is loaded, the old service knows.
        scope = Scope(readers_of=self.service)
        for again in (False, True):
            if again:
                # What runs while it is loaded looks for names as the app's own sessions do.
                scope = replace(scope, search_paths=of_roles(live(self.host, self.service)))
            database.create_like(self.host, self.service, self.new)
            copy_settings(self.host, self.new, name, source=self.service)
            loaded = load(self.host, self.new, file, name, scope)
            if not loaded.failures:
                break
        loaded.require_all()
        return loaded

    def _dump(self, file: ContainerFile) -> None:
        words = ["--username", "postgres", "--format", "custom", "--dbname", database_name(self.service)]
        inside_container = ["docker", "exec", "--interactive", "--env", f"PGTZ={_ZONE}", container(self.service)]
        source = Stage([*inside_container, "pg_dump", *words])
        dumped, written = self.host.pipe(source, file.put_stage())
        if not dumped.ok or not written.ok:
            failed = dumped if not dumped.ok else written
            raise HostError(f"the database could not be dumped: {reason(failed.stderr)}", failed.stderr)

    def _close(self, hold: Hold, before: str) -> None:
        hold.close()
        if hold.catalogue() != before:
            raise HostError("a schema or a large object changed meanwhile; run the same command again")
        inside(self.host, self.new, database_name(self.service)).execute(_SET_VALUES, values=hold.sequences())
