"""Moves objects from one schema to another within the database: nothing is copied, whatever the size."""

from host.postgres.objects import OBJECTS

# A type that only columns of the named tables use goes along, and so do statistics of a named table. What belongs to a
# range type (objects.py) goes with it.
_MOVE = r"""
WITH objects AS (SELECT * FROM pg_temp.objects WHERE schema_name = :'source'),
names AS (SELECT json_array_elements_text(NULLIF(:'names', '')::json) AS name),
belongs AS (
  SELECT classid, objid, refobjid AS type FROM pg_depend WHERE deptype = 'i' AND refclassid = 'pg_type'::regclass
    AND classid IN ('pg_type'::regclass, 'pg_proc'::regclass)),
parts AS (
  SELECT b.classid, b.objid, COALESCE(range.type, b.type) AS type FROM belongs b
    LEFT JOIN belongs range ON range.classid = 'pg_type'::regclass AND range.objid = b.type),
used AS (
  SELECT COALESCE(parts.type, base) AS type, bool_and(relname IN (SELECT name FROM names)) AS by_named_only
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
    CROSS JOIN LATERAL unnest(ARRAY[t.oid, t.typelem]) AS base
    LEFT JOIN parts ON parts.classid = 'pg_type'::regclass AND parts.objid = base
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = :'source') AND relkind IN ('r', 'p', 'f')
      AND NOT attisdropped GROUP BY 1),
chosen AS (
  SELECT * FROM objects WHERE NOT part_of_type AND (:'names' = '' OR name IN (SELECT name FROM names)
    OR catalog = 'pg_type'::regclass AND oid IN (SELECT type FROM used WHERE by_named_only)
    OR catalog = 'pg_statistic_ext'::regclass AND oid IN (
      SELECT s.oid FROM pg_statistic_ext s JOIN pg_class c ON c.oid = stxrelid WHERE relname IN (SELECT name FROM names)
        AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = :'source'))))
SELECT format('%s SET SCHEMA %I', alter, :'target') FROM (
  SELECT turn, alter FROM chosen
  UNION ALL SELECT turn, alter FROM objects JOIN parts ON parts.classid = catalog AND parts.objid = objects.oid
    WHERE part_of_type AND parts.type IN (SELECT oid FROM chosen WHERE catalog = 'pg_type'::regclass)
) AS moved ORDER BY turn \gexec
"""
MOVE_SQL = OBJECTS + _MOVE
"""In a transaction, with `source`, `target` (schemas) and `names` (a JSON array, or "" for everything). Without such a
source nothing moves.
"""
