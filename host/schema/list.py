"""All schemas of a service's database, with their tables and the apps that use them; and what is in one of them."""

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from host.core.command import Command
from host.core.host import Host
from host.dokku.apps import require_dokku
from host.dokku.services import linked_apps, require_service
from host.link import record as records
from host.postgres.objects import OBJECTS
from host.postgres.psql import Psql
from host.schema.model import Contents, LeftOver, Schema, SchemaObject, Schemas, Table
from host.values.json_values import from_json, to_json

# reltuples is -1 until PostgreSQL has looked at a table, and then the statistics know better.
_SCHEMAS = """
SELECT COALESCE(json_agg(json_build_object('name', nspname, 'owner', r.rolname, 'closed',
  NOT rolcanlogin AND NOT rolsuper AND rolname !~ '^pg_', 'tables', (
    SELECT COALESCE(json_agg(json_build_object('name', relname, 'bytes', pg_total_relation_size(c.oid), 'rows',
      GREATEST(reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint) ORDER BY relname), '[]')
    FROM pg_class c WHERE relnamespace = n.oid AND relkind IN ('r', 'p', 'm', 'f'))) ORDER BY nspname), '[]')
FROM pg_namespace n JOIN pg_roles r ON r.oid = nspowner WHERE nspname !~ '^(pg_|information_schema$|petbase$)'
"""
# A role with settings in this database was made for an app (roles.py).
_CLOSED_ROLES = """
SELECT COALESCE(json_agg(rolname ORDER BY rolname), '[]') FROM pg_roles r
WHERE NOT rolcanlogin AND NOT rolsuper AND rolname !~ '^pg_' AND (
  EXISTS (SELECT FROM pg_namespace WHERE nspowner = r.oid) OR EXISTS (
    SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase
    WHERE setrole = r.oid AND datname = current_database()))
"""
_ROLES = """
SELECT COALESCE(json_agg(rolname), '[]') FROM pg_roles WHERE rolcanlogin AND NOT rolsuper
"""
_LIST = """
SELECT COALESCE(json_agg(json_build_object('type', type, 'name', o.name, 'bytes',
  CASE WHEN type ~ 'table' THEN pg_total_relation_size(c.oid) ELSE 0 END, 'rows', CASE WHEN type ~ 'table'
  THEN GREATEST(reltuples, pg_stat_get_live_tuples(c.oid), 0)::bigint ELSE 0 END)
  ORDER BY type <> 'table', type, o.name), '[]')
FROM pg_temp.objects o LEFT JOIN pg_class c ON c.oid = o.oid AND catalog = 'pg_class'::regclass
WHERE schema_name = :'schema' AND NOT part_of_type
"""
_OBJECTS = OBJECTS + _LIST
_EXTENSIONS = """
SELECT COALESCE(json_agg(extname ORDER BY extname), '[]') FROM pg_extension
  JOIN pg_namespace n ON n.oid = extnamespace WHERE nspname = :'schema'
"""


@dataclass(frozen=True)
class ListSchemas(Command, noun="schema", verb="list"):
    """List the schemas of a service with their tables, and what apps that went have left over."""

    _: KW_ONLY
    service: str

    def run(self, host: Host) -> None:
        """Rows are estimates: nothing is counted, and nothing is locked."""
        require_dokku(host)
        require_service(host, self.service)
        host.out.result(to_json(read(Psql(host, self.service))))


def read(psql: Psql) -> Schemas:
    """Ask PostgreSQL, the links' records and Dokku."""
    host, service = psql.host, psql.service
    roles = frozenset(psql.json(_ROLES))
    users = {role: (role,) for role in roles} | records.users_by_schema(host, service, roles)
    found = tuple(_schema(row, users) for row in psql.json(_SCHEMAS))
    linked = tuple(linked_apps(host, service))
    closed = [role for role in psql.json(_CLOSED_ROLES) if role not in linked and not users.get(role)]
    return Schemas(found, tuple(_left_over(closed, found)), linked)


def _schema(row: dict[str, Any], users: dict[str, tuple[str, ...]]) -> Schema:
    tables = tuple(from_json(Table, table) for table in row["tables"])
    return Schema(row["name"], row["owner"], users.get(row["owner"], ()), row["closed"], tables)


def _left_over(closed: Sequence[str], found: Sequence[Schema]) -> Iterator[LeftOver]:
    for role in closed:
        own = [schema for schema in found if schema.owner == role]
        tables = sum(len(schema.tables) for schema in own)
        rows, size = sum(schema.rows for schema in own), sum(schema.bytes for schema in own)
        yield LeftOver(role, tuple(schema.name for schema in own), tables, rows, size)


@dataclass(frozen=True)
class ListObjects(Command, noun="schema", verb="objects"):
    """List what is in a schema: tables, views, sequences, functions, types …"""

    schema: str
    _: KW_ONLY
    service: str

    def run(self, host: Host) -> None:
        """A schema that is not there has nothing in it."""
        require_dokku(host)
        require_service(host, self.service)
        psql = Psql(host, self.service)
        objects = psql.json(_OBJECTS, schema=self.schema)
        extensions = psql.json(_EXTENSIONS, schema=self.schema)
        found = Contents(tuple(from_json(SchemaObject, row) for row in objects), tuple(extensions))
        host.out.result(to_json(found))
