"""Every object of some schemas by its name, columns and policies too: what was there before a change, and after."""

from __future__ import annotations

from collections.abc import Collection

from host.postgres.psql import Psql

# Partitions' copies of keys and triggers, and what serves a constraint or a table, are no objects of a person's.
_OBJECTS = """
WITH homes AS (SELECT oid FROM pg_namespace WHERE nspname IN (SELECT json_array_elements_text(:'schemas'))),
things AS (
  SELECT 'pg_class'::regclass AS catalog, oid, 0 AS part FROM pg_class
    WHERE relnamespace IN (TABLE homes) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
  UNION ALL SELECT 'pg_class'::regclass, attrelid, attnum FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace IN (TABLE homes) AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT 'pg_proc'::regclass, oid, 0 FROM pg_proc WHERE pronamespace IN (TABLE homes)
  UNION ALL SELECT 'pg_type'::regclass, oid, 0 FROM pg_type
    WHERE typnamespace IN (TABLE homes) AND typelem = 0 AND typtype IN ('e', 'd', 'r', 'b')
  UNION ALL SELECT 'pg_operator'::regclass, oid, 0 FROM pg_operator WHERE oprnamespace IN (TABLE homes)
  UNION ALL SELECT 'pg_opclass'::regclass, oid, 0 FROM pg_opclass WHERE opcnamespace IN (TABLE homes)
  UNION ALL SELECT 'pg_constraint'::regclass, oid, 0 FROM pg_constraint
    WHERE connamespace IN (TABLE homes) AND conparentid = 0 AND conrelid <> 0 AND contype <> 'n'
  UNION ALL SELECT 'pg_trigger'::regclass, t.oid, 0 FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace IN (TABLE homes) AND NOT tgisinternal
  UNION ALL SELECT 'pg_policy'::regclass, p.oid, 0 FROM pg_policy p JOIN pg_class c ON c.oid = polrelid
    WHERE relnamespace IN (TABLE homes)
  UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 0 FROM pg_attrdef d JOIN pg_class c ON c.oid = adrelid
    WHERE relnamespace IN (TABLE homes))
SELECT COALESCE(json_agg(json_build_array(known.type, known.identity)), '[]')
  FROM things CROSS JOIN LATERAL pg_identify_object(catalog, things.oid, part) AS known
  WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = catalog AND objid = things.oid AND deptype = 'e')
"""
DATA = {"table", "table column", "sequence", "materialized view", "type"}
"""Kinds without which rows are lost, or cannot be read; a materialized view can be filled again, but not by itself."""


def objects(psql: Psql, schemas: Collection[str]) -> set[tuple[str, str]]:
    """Kind and name of each, as PostgreSQL names them. Members of extensions are none."""
    return {(kind, name) for kind, name in psql.json(_OBJECTS, schemas=sorted(schemas))}
