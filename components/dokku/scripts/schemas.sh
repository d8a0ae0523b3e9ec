# One schema of the live database: what else depends on it, and the old one put aside for the new.
# outside_needs SCHEMA: an error where something outside the schema depends on it: it would stay with the old data. Of the
# two that tell an object's schema one quotes it.
outside_needs() { cat <<SQL
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION USING MESSAGE = %L; END', format(
    'something outside the schema %s depends on it, so nothing was changed: %s', '$1', string_agg(DISTINCT what, '; '))))
  FROM pg_namespace n
  CROSS JOIN LATERAL (SELECT 'pg_class'::regclass AS catalog, oid FROM pg_class WHERE relnamespace = n.oid
    UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = n.oid
    UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = n.oid
    UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE connamespace = n.oid
    UNION ALL SELECT 'pg_namespace'::regclass, n.oid) AS thing
  JOIN pg_depend d ON refclassid = thing.catalog AND refobjid = thing.oid AND d.classid <> 'pg_default_acl'::regclass
  CROSS JOIN LATERAL COALESCE((pg_identify_object(d.classid, objid, 0)).schema,
    (pg_identify_object_as_address(d.classid, objid, 0)).object_names[1]) AS home
  CROSS JOIN LATERAL pg_describe_object(d.classid, objid, objsubid) AS what
  WHERE nspname = '$1' AND home NOT IN ('$1', quote_ident('$1')) AND home !~ '^pg_toast' HAVING count(*) > 0 \gexec
SQL
}
schema_oid() { echo "SELECT oid FROM pg_namespace WHERE nspname = '$1';" | inside "$database"; }
# exchange_schema SCHEMA WRITER: the live one under its dated name and behind the superuser, and in its place what WRITER
# writes, as one transaction: without its last word, all is as it was.
exchange_schema() {
  old=$(dated "$1")
  before=$(schema_oid "$1") || return 1
  { begins "$1" && "$2" && ends "$1"; } | inside "$database" || :
  after=$(schema_oid "$1") && [ -n "$after" ] && [ "$after" != "$before" ] || return 1
  [ -z "$before" ] || tell old "$old"
  put_out "$1"
}
begins() { cat <<SQL
BEGIN;
SET LOCAL lock_timeout = '30s';
$(outside_needs "$1")
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, '$old') FROM pg_namespace WHERE nspname = '$1' \gexec
SQL
}
ends() { cat <<SQL
$(owners)
SELECT format(command, nspname) FROM pg_namespace, unnest(ARRAY['ALTER SCHEMA %I OWNER TO postgres',
  'REVOKE ALL ON SCHEMA %I FROM PUBLIC']) AS command WHERE nspname = '$old' \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM %I', nspname, rolname) FROM pg_namespace, aclexplode(nspacl)
  JOIN pg_roles r ON r.oid = grantee WHERE nspname = '$old' AND grantee <> nspowner \gexec
SELECT format('COMMENT ON SCHEMA %I IS %L', nspname, json_build_object('petbase', 'before', 'of', '$1', 'dump', '$from', 'at',
  '$now')) FROM pg_namespace WHERE nspname = '$old' \gexec
COMMIT;
SQL
}
# put_out SCHEMA: whoever lives there connects anew; a transaction that began in the old data must not end there.
put_out() { sql <<SQL
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND usename = ANY (string_to_array('$(lodgers "$1" | paste -s -d ' ')', ' '));
SQL
}
