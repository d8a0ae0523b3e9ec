"""What roles may do with the objects of a database, as rows: the one query that all that reads grants is made of.

A row has its object, as PostgreSQL spells it (`kind`, `identity`, and in `part` a column), its schema, its owner,
and its grants in their order: grantee (null for everybody), privilege, whether it may be passed on, who gave it. What
has no row has the grants that PostgreSQL gives by default. A row of the kind DEFAULT has default privileges: its
`identity` is a letter for tables, functions …, its `part` the schema that they are for.
"""

# `word` is for acldefault. Array types, row types and multiranges have no grants of their own.
THINGS = """
  SELECT 'pg_class'::regclass AS catalog, oid, 0 AS number, '' AS part, relnamespace AS home, relowner AS owner,
      relacl AS acl, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END AS word,
      CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
    FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 'pg_proc'::regclass, oid, 0, '', pronamespace, proowner, proacl, 'f', 'ROUTINE' FROM pg_proc
  UNION ALL SELECT 'pg_type'::regclass, oid, 0, '', typnamespace, typowner, typacl, 'T', 'TYPE' FROM pg_type
    WHERE typelem = 0 AND typtype <> 'm' AND (typrelid = 0 OR EXISTS (
      SELECT FROM pg_class WHERE pg_class.oid = typrelid AND relkind = 'c'))
  UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, '', oid, nspowner, nspacl, 'n', 'SCHEMA' FROM pg_namespace
  UNION ALL SELECT 'pg_language'::regclass, oid, 0, '', 0, lanowner, lanacl, 'l', 'LANGUAGE' FROM pg_language
    WHERE lanpltrusted
  UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, 0, '', 0, fdwowner, fdwacl, 'F', 'FOREIGN DATA WRAPPER'
    FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid, 0, '', 0, srvowner, srvacl, 'S', 'FOREIGN SERVER'
    FROM pg_foreign_server
  UNION ALL SELECT 'pg_largeobject'::regclass, oid, 0, '', 0, lomowner, lomacl, 'L', 'LARGE OBJECT'
    FROM pg_largeobject_metadata
"""
# What initdb or an extension granted comes with those.
GRANTED = (
    """
SELECT kind, (pg_identify_object(catalog, thing.oid, 0)).identity AS identity, part, COALESCE(nspname, '') AS schema,
  pg_get_userbyid(owner) AS owner, grants FROM (
    SELECT * FROM ("""
    + THINGS
    + """) AS plain WHERE acl IS NOT NULL
    UNION ALL SELECT 'pg_class'::regclass, c.oid, attnum, attname, relnamespace, relowner, attacl, 'c', 'TABLE'
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attacl IS NOT NULL AND NOT attisdropped
  ) AS thing LEFT JOIN pg_namespace n ON n.oid = home
  LEFT JOIN pg_init_privs i ON objoid = thing.oid AND classoid = catalog AND objsubid = number
  CROSS JOIN LATERAL (SELECT COALESCE(jsonb_agg(jsonb_build_array(CASE grantee WHEN 0 THEN NULL
      ELSE pg_get_userbyid(grantee) END, privilege_type, is_grantable, pg_get_userbyid(grantor)) ORDER BY turn), '[]')
    FROM aclexplode(acl) WITH ORDINALITY AS e (grantor, grantee, privilege_type, is_grantable, turn)) AS g (grants)
  WHERE COALESCE(nspname, '') !~ '^(pg_toast|pg_temp|petbase$)' AND acl IS DISTINCT FROM initprivs
    AND acl IS DISTINCT FROM acldefault(word::"char", owner)
UNION ALL SELECT 'DEFAULT', defaclobjtype::text, COALESCE(nspname, ''), COALESCE(nspname, ''),
  pg_get_userbyid(defaclrole), grants FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace
  CROSS JOIN LATERAL (SELECT COALESCE(jsonb_agg(jsonb_build_array(CASE grantee WHEN 0 THEN NULL
      ELSE pg_get_userbyid(grantee) END, privilege_type, is_grantable, pg_get_userbyid(grantor)) ORDER BY turn), '[]')
    FROM aclexplode(defaclacl) WITH ORDINALITY AS e (grantor, grantee, privilege_type, is_grantable, turn))
    AS g (grants)
"""
)
