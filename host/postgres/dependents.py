"""What would be lost with a schema, or would stay with its old data: things in other schemas that depend on it."""

DEPENDS = " depends on it: "
"""In the error that REQUIRE_NO_DEPENDENTS raises, before the names."""
# The cast of a range to its multirange is made with the range, and goes where that goes. Any other is in no schema; it
# goes with its types and its function, unless one of them is somebody else's.
# In steps, each MATERIALIZED: PostgreSQL takes the last condition to leave next to nothing, and would look for the
# schemas' things once for every dependency in the database, which takes minutes.
REQUIRE_NO_DEPENDENTS = r"""
WITH names AS MATERIALIZED (SELECT json_array_elements_text(:'schemas') AS name),
homes AS MATERIALIZED (SELECT oid FROM pg_namespace WHERE nspname IN (SELECT name FROM names)),
things (catalog, oid) AS MATERIALIZED (
  SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE connamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator WHERE oprnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass WHERE opcnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily WHERE opfnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation WHERE collnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config WHERE cfgnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict WHERE dictnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser WHERE prsnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template WHERE tmplnamespace IN (SELECT oid FROM homes)
  UNION ALL SELECT 'pg_namespace'::regclass, oid FROM homes),
dependents AS MATERIALIZED (
  SELECT DISTINCT d.classid, objid, objsubid FROM things JOIN pg_depend d ON refclassid = catalog AND refobjid = oid
    AND d.classid <> 'pg_default_acl'::regclass
    AND NOT (d.classid = 'pg_cast'::regclass AND (deptype = 'i' OR NOT EXISTS (
      SELECT FROM pg_cast c CROSS JOIN LATERAL (
          SELECT typnamespace AS home FROM pg_type t WHERE t.oid IN (castsource, casttarget)
          UNION ALL SELECT pronamespace FROM pg_proc p WHERE p.oid = castfunc) AS part
        JOIN pg_namespace other ON other.oid = part.home
        WHERE c.oid = d.objid AND other.nspname NOT IN (SELECT 'pg_catalog' UNION ALL SELECT name FROM names)))))
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION USING MESSAGE = %L; END', format(
    'something outside the schema %s depends on it: %s',
    (SELECT string_agg(name, ', ') FROM names), string_agg(DISTINCT what, '; '))))
  FROM dependents d
  CROSS JOIN LATERAL COALESCE((SELECT opfnamespace::regnamespace::text FROM pg_opfamily f WHERE f.oid = (
      SELECT amopfamily FROM pg_amop WHERE d.classid = 'pg_amop'::regclass AND pg_amop.oid = objid
      UNION ALL SELECT amprocfamily FROM pg_amproc WHERE d.classid = 'pg_amproc'::regclass AND pg_amproc.oid = objid)),
    (pg_identify_object(d.classid, objid, 0)).schema,
    (pg_identify_object_as_address(d.classid, objid, 0)).object_names[1]) AS home
  CROSS JOIN LATERAL pg_describe_object(d.classid, objid, objsubid) AS what
  WHERE home !~ '^pg_toast' AND NOT EXISTS (SELECT FROM names WHERE home IN (name, quote_ident(name)))
  HAVING count(*) > 0 \gexec
"""
"""An error that names them, with `schemas`, a JSON array. Of the two functions that give an object's schema one quotes
it, so both spellings are compared.
"""
