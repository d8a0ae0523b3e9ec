"""How many rows every table of a restored database has."""

from __future__ import annotations

import json

from host.core.host import Host
from host.postgres.psql import Psql

_COUNT = r"""
SELECT set_config('client_encoding', 'UTF8', false) WHERE getdatabaseencoding() <> 'SQL_ASCII' \g /dev/null
SELECT format('SELECT %L || count(*) FROM %I.%I', to_json(nspname || '.' || relname)::text || ': ', nspname, relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'm') AND nspname !~ '^(pg_|information_schema$)' AND relispopulated
  ORDER BY nspname, relname \gexec
"""


def count_rows(host: Host, service: str, database: str) -> dict[str, int]:
    """Rows by SCHEMA.TABLE, materialized views too."""
    # To plan a query runs code, too: so not the superuser counts, but a role that may read here and nothing else.
    lines = Psql(host, service, database, role="postgres").execute(_COUNT).splitlines()
    found: dict[str, int] = json.loads("{" + ",".join(lines) + "}")
    return found
