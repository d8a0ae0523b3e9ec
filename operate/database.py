"""The shared database, looked at and emptied, by the plugin's own psql: SQL on stdin, no password anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from operate.ssh import Connection

_PLAIN = "\\set QUIET on\n\\pset format unaligned\n\\pset tuples_only on\n\\pset fieldsep '\\t'\n"

# reltuples is -1 until PostgreSQL has looked at a table, and then the statistics know better.
_TABLES = """
SELECT nspname, relname, GREATEST(reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint, pg_total_relation_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname !~ '^(pg_|information_schema$)' ORDER BY 1, 2;
"""

# What belongs to an extension, a column or a table goes with it, or stays with it.
_EMPTY = """
SELECT format('DROP %s IF EXISTS %s CASCADE', kind, object) FROM (
  SELECT 'pg_class'::regclass AS catalog, oid, CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
    WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, oid::regclass::text AS object,
    relnamespace AS schema, 1 AS turn FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 'ROUTINE', oid::regprocedure::text, pronamespace, 2 FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typnamespace, 3 FROM pg_type
    WHERE typtype IN ('e', 'd', 'r', 'c')
) thing JOIN pg_namespace n ON n.oid = schema
  WHERE nspname IN (SCHEMAS) AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0))
  ORDER BY turn \\gexec
"""


@dataclass(frozen=True)
class Table:
    """A table as the database counts it: `rows` is an estimate, `size` is bytes with indexes."""

    schema: str
    name: str
    rows: int
    size: int


def tables(connection: Connection, service: str) -> list[Table]:
    """Every table but the system's own."""
    found = rows(connection, service, _TABLES, 4)
    return [Table(schema, name, int(count), int(size)) for schema, name, count, size in found]


def rows(connection: Connection, service: str, query: str, columns: int) -> list[list[str]]:
    """What one query answers; NULL is an empty word. A value must not hold a tab."""
    said = connection.run("dokku", "postgres:connect", service, stdin=_PLAIN + query)
    return [line.split("\t") for line in said.splitlines() if line.count("\t") == columns - 1]


def empty(connection: Connection, service: str, schemas: Sequence[str]) -> None:
    """Remove everything in `schemas` but extensions: an import over objects that it does not know stops half-way."""
    words = ", ".join("'" + schema.replace("'", "''") + "'" for schema in schemas)
    if words:
        text = _PLAIN + "SET client_min_messages = warning;\n" + _EMPTY.replace("SCHEMAS", words)
        connection.run("dokku", "postgres:connect", service, stdin=text)
