"""Takes out of a loaded source what cannot come along: other schemas, and what only a superuser can make.

PostgreSQL itself says what depends on that: it is what is not there any more afterwards.
"""

from collections.abc import Collection

from host.postgres.psql import Psql
from host.postgres.roles import EXTENSIONS
from host.restore.facts import RefusedError
from host.values.text import printable

_MOST_NAMED = 5
# The source's own schema of that name may hold more than extensions.
_MOVE_EXTENSIONS = r"""
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, :'old') FROM pg_namespace WHERE nspname = :'extensions' \gexec
CREATE SCHEMA :"extensions";
SELECT format('ALTER EXTENSION %I SET SCHEMA %I', extname, :'extensions') FROM pg_extension
  JOIN pg_namespace n ON n.oid = extnamespace WHERE extrelocatable AND nspname <> 'pg_catalog' ORDER BY extname \gexec
"""
# Native code, and what tells PostgreSQL how to compare or to store, would run as the superuser's own.
_DROP = r"""
SET client_min_messages = error;
SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy
  WHERE EXISTS (SELECT FROM unnest(polroles) AS role LEFT JOIN pg_roles r ON r.oid = role
    WHERE role <> 0 AND rolname <> :'role') \gexec
SELECT format('DROP %s IF EXISTS %s CASCADE', CASE known.type WHEN 'function' THEN 'ROUTINE'
    WHEN 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER' ELSE upper(known.type) END, known.identity) FROM (
  SELECT 'pg_foreign_data_wrapper'::regclass AS catalog, oid FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language WHERE lanispl
  UNION ALL SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p JOIN pg_language l ON l.oid = prolang
    WHERE lanname IN ('c', 'internal')
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
  UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
  UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
  UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast WHERE castmethod = 'b'
) AS thing CROSS JOIN LATERAL pg_identify_object(catalog, oid, 0) AS known
  WHERE oid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = catalog AND objid = thing.oid AND deptype IN ('e', 'i')) \gexec
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', :'extensions')
  AND nspname NOT IN (SELECT json_array_elements_text(:'schemas')) \gexec
"""
_OLD = "petbase_extensions"
_HOMES = r"""
SELECT COALESCE(json_agg(extname ORDER BY extname), '[]') FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
  WHERE nspname NOT IN ('pg_catalog', :'extensions')
"""
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


def reduce(psql: Psql, schemas: Collection[str], role: str) -> tuple[str, ...]:
    """Keep these schemas and all extensions, in one schema, and policies for `role`; what of them is gone, in words.

    HostError where rows would be.
    """
    psql.execute(_MOVE_EXTENSIONS, extensions=EXTENSIONS, old=_OLD)
    _require_movable(psql)
    before = objects(psql, schemas)
    psql.execute(_DROP, extensions=EXTENSIONS, schemas=sorted(schemas), role=role)
    # A column that is gone takes its default with it, and a table all that is its own.
    gone = sorted(before - objects(psql, schemas))
    lost = [f"{kind} {name}" for kind, name in gone if kind in DATA]
    if lost:
        raise RefusedError(
            f"this needs what cannot come along: {_named(lost)}; nothing was changed. If it needs another schema of "
            "the source, bring that too: --take SCHEMA; else change it in the source"
        )
    return tuple(printable(f"{kind} {name}") for kind, name in gone)


def _require_movable(psql: Psql) -> None:
    stuck: list[str] = psql.json(_HOMES, extensions=EXTENSIONS)
    if stuck:
        raise RefusedError(
            f"the extension {_named(stuck)} cannot be moved to the schema extensions, where every app finds it; "
            "nothing was changed. Move it there in the source, or restore this database as a whole: ./petbase "
            "restore --file"
        )


def _named(names: Collection[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(printable, [*names][:_MOST_NAMED])) + more


def objects(psql: Psql, schemas: Collection[str]) -> set[tuple[str, str]]:
    """Kind and name of each, as PostgreSQL names them. Members of extensions are none."""
    return {(kind, name) for kind, name in psql.json(_OBJECTS, schemas=sorted(schemas))}
