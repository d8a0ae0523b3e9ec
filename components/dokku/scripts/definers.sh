# Functions that run with the superuser's rights for an app (SECURITY DEFINER): whoever may call one may do what it does. An
# extension's own are its author's care. A line of JSON each: who may call it, and by which grants. Needs aside.sh.
definers() {
  live <<SQL
SET search_path = pg_catalog;
SELECT 'definer ' || json_build_object('routine', p.oid::regprocedure::text, 'callers', callers, 'grantees', grantees)
FROM pg_proc p JOIN pg_roles o ON o.oid = proowner
CROSS JOIN LATERAL (
  SELECT string_agg(rolname, ', ' ORDER BY rolname) AS callers, array_agg(oid) AS oids FROM pg_roles r
  WHERE rolname = ANY (string_to_array('$apps', ' ')) AND NOT rolsuper
    AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND has_schema_privilege(r.oid, pronamespace, 'USAGE')) may
CROSS JOIN LATERAL (
  SELECT string_agg(CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, ', ' ORDER BY grantee) AS grantees
  FROM aclexplode(COALESCE(proacl, acldefault('f', proowner)))
  WHERE grantee = 0 OR EXISTS (SELECT FROM unnest(oids) AS caller WHERE pg_has_role(caller, grantee, 'USAGE'))) by_which
WHERE prosecdef AND o.rolsuper AND callers IS NOT NULL AND p.oid >= 16384 AND prorettype <> 'event_trigger'::regtype
  AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e') ORDER BY 1;
SQL
}
