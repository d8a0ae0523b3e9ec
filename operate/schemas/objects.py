"""What lies in a schema, thing by thing, for whoever wants to move it; extensions and what follows its table aside."""

from dataclasses import dataclass

from operate.core.errors import PetbaseError
from operate.server.query import rows
from operate.server.ssh import Connection, RemoteError

_THINGS = """
SELECT kind, name, CASE WHEN kind ~ 'table' THEN GREATEST(reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint END,
  CASE WHEN c.oid IS NOT NULL THEN pg_total_relation_size(c.oid) END
FROM (
  SELECT 'pg_class'::regclass AS catalog, oid, CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind, relname AS name,
    relnamespace AS schema FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 'function', proname, pronamespace FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 'type', typname, typnamespace FROM pg_type
    WHERE typtype IN ('e', 'd', 'r') OR typtype = 'c' AND EXISTS (
      SELECT FROM pg_class WHERE oid = typrelid AND relkind = 'c')
) thing LEFT JOIN pg_class c ON c.oid = thing.oid AND catalog = 'pg_class'::regclass
WHERE schema = (SELECT oid FROM pg_namespace WHERE nspname = 'SCHEMA') AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
    AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0))
ORDER BY kind <> 'table', kind, name;
"""
_EXTENSIONS = """
SELECT extname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname = 'SCHEMA' ORDER BY 1;
"""
_SUPERUSER = "postgres"


@dataclass(frozen=True)
class SchemaObject:
    """A table, view, sequence, function or type. `rows` (an estimate) and `size` (bytes) of a table, else 0."""

    kind: str
    name: str
    rows: int
    size: int


def things(connection: Connection, service: str, schema: str) -> list[SchemaObject]:
    """Everything in a schema (components/config/types.py: its name holds no quote)."""
    found = rows(connection, service, _THINGS.replace("SCHEMA", schema), 4)
    return [SchemaObject(kind, name, int(count or 0), int(size or 0)) for kind, name, count, size in found]


def extensions(connection: Connection, service: str, schema: str) -> list[str]:
    """The extensions that were made in a schema."""
    return [name for (name,) in rows(connection, service, _EXTENSIONS.replace("SCHEMA", schema), 1)]


def role_of(connection: Connection, app: str) -> str | None:
    """The role in an app's DATABASE_URL; None when it has none. PetbaseError when the server does not tell."""
    try:
        url = connection.run("dokku", "config:get", app, "DATABASE_URL")
    except RemoteError as problem:
        if problem.returncode == 1:
            return None
        raise
    scheme, found, rest = url.partition("://")
    if not (scheme and found):
        raise PetbaseError(f"The DATABASE_URL of {app} is no URL.")
    return rest.partition(":")[0]


def superusers(connection: Connection, apps: list[str]) -> list[str]:
    """Those of `apps` whose DATABASE_URL is the superuser's, so that what they make lies in public."""
    return [app for app in apps if role_of(connection, app) == _SUPERUSER]
