"""Everything of one service in another, an app at a time, and compared: roles, settings, data, owners, grants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from host.archive.shares import SHARED, Kind, Loader
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.loading.search_paths import of_roles
from host.loading.verdict import Verdict, reason, title
from host.placing.settle import copy_settings
from host.postgres.grants import give_grants, read_grants
from host.postgres.locks import DUMP_LIMIT
from host.postgres.owners import restore_owners
from host.postgres.psql import container, database_name, inside, live
from host.programs.runner import Stage
from host.scratch import rows
from host.scratch.copied_rows import Rows, schema_of
from host.scratch.load import Loaded, Scope, load
from host.upgrade import database
from host.upgrade.database import drop_schemas
from host.upgrade.named import require_named
from host.upgrade.state import UpgradeState

_FILE = "/tmp/petbase_upgrade"
_ZONE = "UTC"
"""In which both are read: times are text in a dump, in the zone of the server that wrote it."""


def fill(host: Host, service: str, new: str, begun: UpgradeState, named: Sequence[str] = ()) -> UpgradeState:
    """Fill `new`, and hold it against what `service` has. HostError where anything is not the same, but for the data of
    those who are named: what of that does not load stays behind.
    """
    return _Filling(host, service, new).run(begun, named)


@dataclass(frozen=True)
class _Filling:
    host: Host
    service: str
    new: str

    def run(self, begun: UpgradeState, named: Sequence[str]) -> UpgradeState:
        host, name = self.host, database_name(self.service)
        file = ContainerFile(host, self.new, _FILE)
        self._dump(file)
        host.step(f"{self.service}: roles, settings, data")
        database.copy_roles(host, self.service, self.new)
        loaded = self._load(file, name)
        require_named(loaded.failures, named)
        said, came = self._read(file, loaded, name)
        different = [*_different(said.changes(came), loaded)]
        require_named(different, named)
        stay = [*loaded.failures, *different]
        for verdict in stay:
            host.step(f"{self.service}: {verdict.sentence()}")
        there = inside(host, self.new, name)
        dropped = [schema for verdict in different for schema in verdict.schemas]
        drop_schemas(there, dropped)
        restore_owners(there)
        give_grants(there, read_grants(live(host, self.service)))
        file.remove()
        database.drop_own(host, self.new)
        counts = [count for table, (count, _) in came.tables.items() if schema_of(table) not in dropped]
        compared = replace(begun, rows=sum(counts), tables=len(counts), fingerprint=loaded.fingerprint)
        return replace(compared, held_back=tuple(verdict for verdict in stay if verdict.schemas))

    def _dump(self, file: ContainerFile) -> None:
        words = ["--username", "postgres", "--format", "custom", *DUMP_LIMIT, "--dbname", database_name(self.service)]
        inside_container = ["docker", "exec", "--interactive", "--env", f"PGTZ={_ZONE}", container(self.service)]
        dumped, written = self.host.pipe(Stage([*inside_container, "pg_dump", *words]), file.put_stage())
        if not dumped.ok or not written.ok:
            failed = dumped if not dumped.ok else written
            raise HostError(f"the database could not be dumped: {reason(failed.stderr)}", failed.stderr)

    def _load(self, file: ContainerFile, name: str) -> Loaded:
        """Load the dump into a database that is like the old one."""
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
        return loaded

    def _read(self, file: ContainerFile, loaded: Loaded, name: str) -> tuple[Rows, Rows]:
        """The rows of the dump, and those that came."""
        self.host.step(f"{self.service}: comparing rows and sequences with what {self.service} holds")
        said = rows.of_dump(file, loaded.made)
        return said, rows.of_database(self.host, self.new, name, like=said, settings={"TimeZone": _ZONE})


def _different(changes: Sequence[tuple[str, str]], loaded: Loaded) -> Iterator[Verdict]:
    """Verdicts for those whose rows are not the same; what is no app's stops all of it."""
    found: dict[Loader, list[str]] = {}
    for schema, change in changes:
        found.setdefault(loaded.shares.owners.get(schema, SHARED), []).append(change)
    for loader, words in found.items():
        why = f"rows differ: {'; '.join(words[:2])}"
        if loader.kind is not Kind.APP:
            raise HostError(why)
        schemas = tuple(schema for schema, owner in loaded.shares.owners.items() if owner == loader)
        yield Verdict(
            title(loader), schemas, why, "", "Look for code of that app that changes rows while they are loaded"
        )
