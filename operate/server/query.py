"""The shared database, looked at by the plugin's own psql: SQL on stdin, no password anywhere."""

from dataclasses import dataclass

from operate.server.ssh import Connection

_PLAIN = "\\set QUIET on\n\\pset format unaligned\n\\pset tuples_only on\n\\pset fieldsep '\\t'\n"

# reltuples is -1 until PostgreSQL has looked at a table, and then the statistics know better.
_TABLES = """
SELECT nspname, relname, GREATEST(reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint, pg_total_relation_size(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'f') AND nspname !~ '^(pg_|information_schema$)' ORDER BY 1, 2;
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
