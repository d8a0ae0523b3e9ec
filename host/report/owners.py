"""Objects that do not belong to their schema's role, which the app may be refused: a restore by hand leaves such."""

from __future__ import annotations

import json

from host.core.host import Host
from host.loading.session import live
from host.postgres.objects import OBJECTS
from host.postgres.owners import STRAYS
from host.report.model.database import ForeignObjects
from host.values.json_values import from_json

_FOREIGN = (
    """
SELECT COALESCE(jsonb_agg(jsonb_build_object('schema', schema_name, 'count', count, 'example', example,
  'owners', owners) ORDER BY schema_name), '[]') FROM (
  SELECT schema_name, count(*) AS count, min(type || ' ' || identity) AS example,
    array_agg(DISTINCT pg_get_userbyid(owner)) AS owners"""
    + STRAYS
    + """ GROUP BY 1) AS found;
"""
)

_QUESTION = OBJECTS + _FOREIGN


def foreign_objects(host: Host, service: str) -> tuple[ForeignObjects, ...]:
    """By schema, what host/postgres/owners.py would give back. SqlError where PostgreSQL does not answer."""
    text = live(host, service).execute(_QUESTION)
    return from_json(tuple[ForeignObjects, ...], json.loads(text), "owners")
