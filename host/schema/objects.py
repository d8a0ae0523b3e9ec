"""What is in one schema."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.host import Host
from host.dokku.apps import require_dokku
from host.dokku.services import require_service
from host.postgres.objects import OBJECTS
from host.postgres.psql import Psql
from host.schema.model import Contents, SchemaObject
from host.values.json_values import from_json, to_json

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
