"""A dump in the service's container, looked at before anything is made."""

from dataclasses import dataclass

from host.archive.read import contents
from host.archive.toc import Archive
from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import claim
from host.dokku.services import require_service
from host.dumps.container_file import ContainerFile
from host.dumps.incoming import delivered
from host.postgres.psql import Psql, SqlError, live
from host.postgres.roles import EXTENSIONS
from host.postgres.schema_record import PETBASE
from host.restore.facts import DumpContents, LiveTable, RefusedError
from host.values.json_values import to_json

# A restored database is about as big as the live one or, where that was emptied, a few times its dump.
_TIMES = 3
_MORE_BYTES = 64 << 20
"""What PostgreSQL writes besides."""
_LIVE = (
    "SELECT json_build_array(current_setting('server_version_num')::int / 10000, pg_database_size(current_database()))"
)

_OWNERS = """
SELECT COALESCE(json_object_agg(nspname, rolname), '{}') FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner
  WHERE nspname !~ '^(pg_|information_schema$)'
"""
# reltuples is -1 until PostgreSQL has looked at a table, and then the statistics know better.
_TABLES = """
SELECT COALESCE(json_agg(json_build_array(nspname, relname,
    GREATEST(reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint, pg_total_relation_size(c.oid))
    ORDER BY nspname, relname), '[]')
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname !~ '^(pg_|information_schema$)' AND nspname <> :'petbase'
"""
_PUBLICATIONS = """
SELECT COALESCE(json_object_agg(nspname, names), '{}') FROM (
  SELECT nspname, json_agg(DISTINCT pubname ORDER BY pubname) AS names FROM pg_publication_rel
    JOIN pg_publication p ON p.oid = prpubid JOIN pg_class c ON c.oid = prrelid
    JOIN pg_namespace n ON n.oid = relnamespace GROUP BY nspname) AS published
"""


@dataclass(frozen=True)
class LookAtDump(Command, noun="restore", verb="look"):
    """Show what is in a dump that was sent to the server. It fails where the database cannot take it."""

    service: str
    name: str
    """What `dump upload` or `dump fetch` called it."""
    stdin = NONE

    def run(self, host: Host) -> None:
        """The error's cause is REFUSED where it may not come."""
        claim(host, f"services/{self.service}")
        require_service(host, self.service)
        file = delivered(host, self.service, self.name)
        archive = checked(host, self.service, file)
        psql = live(host, self.service)
        found = DumpContents(
            server=archive.server,
            schemas=schemas(archive),
            owners={entry.tag: entry.owner for entry in archive.entries if entry.kind == "SCHEMA"},
            live_owners=psql.json(_OWNERS),
            live_tables=live_tables(psql),
            free=_free(file),
            publications={schema: tuple(names) for schema, names in psql.json(_PUBLICATIONS).items()},
        )
        host.out.result(to_json(found))


def live_tables(psql: Psql) -> tuple[LiveTable, ...]:
    """The tables of the live database, but Petbase's own."""
    return tuple(LiveTable(*row) for row in psql.json(_TABLES, petbase=PETBASE))


def checked(host: Host, service: str, file: ContainerFile) -> Archive:
    """What is in the dump. HostError where it is of a newer PostgreSQL or there is no room for it: a PostgreSQL whose
    disk is full stops for every app.
    """
    size = file.size()
    if not size:
        raise HostError("the dump is not on the server any more; nothing was changed. Run the same command again")
    archive = contents(file)
    try:
        major, bytes_live = live(host, service).json(_LIVE)
    except SqlError as problem:
        raise HostError(
            f"{service} does not answer; nothing was changed. Look at: dokku postgres:logs {service}", problem.tail
        ) from None
    if archive.major > major:
        raise RefusedError(
            f"the dump is of PostgreSQL {archive.major} and {service} runs {major}, which cannot take it; nothing was "
            f"changed. To restore it, first: ./petbase upgrade-database, to {archive.major} or later"
        )
    needed, free = max(size * _TIMES, bytes_live) + _MORE_BYTES, _free(file)
    if free <= needed:
        raise RefusedError(
            f"the server's disk has {free // 1_000_000} MB free and a restore needs about {needed // 1_000_000} MB "
            "beside the live data; nothing was changed. What restores left behind: ./petbase kept; a bigger disk: "
            "./petbase resize"
        )
    return archive


def schemas(archive: Archive) -> tuple[str, ...]:
    """The schemas that hold something: public has no entry while it is as PostgreSQL makes it."""
    named = {entry.tag for entry in archive.entries if entry.kind == "SCHEMA"} - {"public"}
    return tuple(sorted((named | {entry.schema for entry in archive.entries if entry.schema}) - {EXTENSIONS, PETBASE}))


def _free(file: ContainerFile) -> int:
    return file.free_bytes(f"/var/lib/dokku/services/postgres/{file.service}/data")
