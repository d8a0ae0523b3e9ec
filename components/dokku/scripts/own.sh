# Every object back to its schema's role: a schema belongs to the role of its name, and dumps carry neither owners nor
# grants. A column's sequence, a table's row type and an extension's members follow what they belong to; a partition
# depends on its table too (on no column of it), and a partitioned table's key on the table, but neither follows.
# Then what others may do there: "NAME readers" read the schema NAME and what will come into it, and all find extensions.
owners() { cat <<SQL
REVOKE ALL ON DATABASE "$database" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, rolname) FROM pg_namespace JOIN pg_roles r ON rolname = nspname
  WHERE nspname !~ '^pg_' AND nspowner <> r.oid \gexec
SELECT format('ALTER %s %s OWNER TO %I', kind, object, rolname) FROM (
  SELECT 'pg_class'::regclass AS catalog, oid, 'TABLE' AS kind, oid::regclass::text AS object, relnamespace AS schema,
    relowner AS owner FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 'ROUTINE', oid::regprocedure::text, pronamespace, proowner FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 'TYPE', oid::regtype::text, typnamespace, typowner FROM pg_type
    WHERE typtype IN ('e', 'd', 'r', 'c')
) thing JOIN pg_namespace n ON n.oid = schema JOIN pg_roles r ON rolname = nspname
  WHERE nspname !~ '^pg_' AND owner <> r.oid AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = catalog AND d.objid = thing.oid AND objsubid = 0
      AND (deptype IN ('i', 'e') OR deptype = 'a' AND refobjsubid > 0)) \gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, r.rolname),
  format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', nspname, r.rolname),
  format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I', o.rolname, nspname, r.rolname)
  FROM pg_namespace JOIN pg_roles o ON o.rolname = nspname JOIN pg_roles r ON r.rolname = nspname || ' readers' \gexec
SELECT 'GRANT USAGE ON SCHEMA extensions TO PUBLIC' FROM pg_namespace WHERE nspname = 'extensions' \gexec
SQL
}
