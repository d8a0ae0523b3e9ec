# moves FROM TO: everything in a schema to another one (all=yes), or what $names (SQL words with commas) names, with the
# types that only its columns use. A column's sequence and an extension's members follow what they belong to; a partition
# depends on its table too (on no column of it), but does not follow. Functions go first: their arguments are written with
# names that still stand.
moves() { cat <<SQL
SET LOCAL lock_timeout = '5s';
SELECT format('ALTER %s %s SET SCHEMA %I', kind, object, '$2') FROM (
  SELECT 'pg_proc'::regclass AS catalog, oid, 'ROUTINE' AS kind, oid::regprocedure::text AS object, proname AS name,
    pronamespace AS schema, 1 AS turn FROM pg_proc
  UNION ALL SELECT 'pg_class'::regclass, oid, 'TABLE', oid::regclass::text, relname, relnamespace, 2
    FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typname, typnamespace, 3
    FROM pg_type WHERE typtype IN ('e', 'd', 'r') OR typtype = 'c' AND EXISTS (
      SELECT FROM pg_class WHERE oid = typrelid AND relkind = 'c')
) thing WHERE schema = (SELECT oid FROM pg_namespace WHERE nspname = '$1') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0))
  AND ('$all' = 'yes' OR name = ANY (ARRAY[$names]::text[]) OR kind = 'TYPE' AND (
    SELECT bool_and(relname = ANY (ARRAY[$names]::text[])) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
      JOIN pg_type t ON t.oid = atttypid WHERE relnamespace = schema AND relkind IN ('r', 'p', 'f')
      AND thing.oid IN (t.oid, t.typelem)))
  ORDER BY turn \gexec
SQL
}
