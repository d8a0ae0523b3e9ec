"""A dump of a source that a URL names, into the staging container: looked at first, and only read."""

from collections.abc import Collection
from dataclasses import dataclass

from host.core.errors import HostError
from host.imports import platforms
from host.imports.choose import Choice
from host.imports.client import Client, unreachable
from host.loading.verdict import reason, why_stopped
from host.postgres.psql import SqlError
from host.restore.facts import RefusedError
from host.staging.container import Staging
from host.staging.forms import CUSTOM, Opened
from host.values.sql_names import pattern
from host.values.text import printable

_OLDEST = 90500  # what pg_dump 18 reads is older still; the questions here are not
_LOOK = """
SELECT json_build_object('server', current_setting('server_version'),
  'number', current_setting('server_version_num')::int, 'bytes', pg_database_size(current_database()),
  'schemas', (SELECT COALESCE(json_agg(nspname), '[]') FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'),
  'large_objects', (SELECT COALESCE(json_agg(oid), '[]') FROM pg_largeobject_metadata),
  'closed_objects', (SELECT COALESCE(json_agg(m.oid), '[]') FROM pg_largeobject_metadata m, pg_roles me
    WHERE me.rolname = current_user AND NOT (rolsuper OR pg_has_role(lomowner, 'USAGE') OR EXISTS (
      SELECT FROM aclexplode(lomacl) WHERE privilege_type = 'SELECT' AND CASE grantee WHEN 0 THEN true
        ELSE pg_has_role(grantee, 'USAGE') END))),
  'standby', pg_is_in_recovery(),
  'unlogged', (SELECT COALESCE(json_agg(json_build_array(nspname, relname) ORDER BY nspname, relname), '[]')
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND relpersistence = 'u'),
  'roles', (SELECT COALESCE(json_agg(DISTINCT rolname), '[]') FROM pg_roles r JOIN (
      SELECT relowner AS owner, relnamespace AS home FROM pg_class UNION SELECT proowner, pronamespace FROM pg_proc
      UNION SELECT role, relnamespace FROM pg_policy, unnest(polroles) AS role, pg_class c WHERE c.oid = polrelid
    ) AS own ON owner = r.oid JOIN pg_namespace n ON n.oid = home WHERE nspname !~ '^(pg_|information_schema$)'),
  'unreadable', (SELECT COALESCE(json_agg(json_build_array(nspname, relname) ORDER BY nspname, relname), '[]')
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^(pg_|information_schema$)'
      AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) AND NOT EXISTS (
        SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')))
"""
_HOW = (
    "--no-owner",
    "--no-acl",
    "--no-tablespaces",
    "--no-security-labels",
    "--lock-wait-timeout",
    "60s",
)


@dataclass(frozen=True)
class Remote:
    """What a source says of itself. `unreadable` are tables that its user may not read, as [schema, name],
    `closed_objects` large objects. A `standby` lacks the rows of tables that are `unlogged`.
    """

    server: str
    number: int
    bytes: int
    schemas: list[str]
    roles: list[str]
    unreadable: list[list[str]]
    large_objects: list[int]
    closed_objects: list[int]
    standby: bool
    unlogged: list[list[str]]

    @property
    def without_rows(self) -> list[list[str]]:
        """Tables whose rows do not come."""
        return self.unlogged if self.standby else []

    @property
    def major(self) -> int:
        """Its major version; 9 for all of 9.x."""
        return self.number // 10_000


def looked_at(client: Client) -> Remote:
    """Ask it. HostError where it does not answer, or is older than pg_dump reads."""
    try:
        found = Remote(**client.json(_LOOK))
    except SqlError as problem:
        raise unreachable(problem) from None
    if found.number < _OLDEST:
        raise RefusedError(
            f"the source is PostgreSQL {printable(found.server)}, which pg_dump does not read any more; nothing was "
            "changed. Make a dump with its own pg_dump, and import that file"
        )
    return found


def fetched(client: Client, remote: Remote, choice: Choice, staging: Staging, *, rows: bool) -> Opened:
    """Dump it. Of schemas that are left out the structure alone comes, since others may refer to it."""
    left = platforms.left_out(remote.schemas, choice.take, choice.leave)
    hidden = {schema for schema, _ in remote.unreadable}
    blocked = [f"{schema}.{name}" for schema, name in remote.unreadable if schema not in left]
    blocked += [f"the large object {number}" for number in remote.closed_objects]
    if blocked:
        raise RefusedError(
            f"the source's user may not read {printable(blocked[0])}{_more(blocked)}; nothing was changed. Use a user "
            "that may, as the owner of the database, or leave out the schema: --leave SCHEMA"
        )
    words = [*_HOW, *([] if rows else ["--schema-only"]), *(["--no-unlogged-table-data"] if remote.standby else [])]
    for schema in left:
        words += ["--exclude-schema", pattern(schema)] if schema in hidden else []
        words += ["--exclude-table-data", f"{pattern(schema)}.*"]
    file = staging.file("petbase_import")
    dumped, written = client.dump(words, file)
    if not dumped.ok:
        other = ", or use the primary: this one is a standby" if remote.standby else ""
        raise HostError(
            f"the source could not be dumped: {reason(dumped.stderr)}; nothing was changed. Run it again{other}",
            dumped.stderr,
        )
    if not written.ok:
        why = why_stopped(written)
        raise HostError(
            f"the dump of the source did not arrive: {why}; nothing was changed. Look at: df --human-readable",
            written.stderr,
        )
    return Opened(CUSTOM, file)


def _more(names: Collection[str]) -> str:
    return f" and {len(names) - 1} more" if len(names) > 1 else ""
