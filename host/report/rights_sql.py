"""Grants that Petbase did not make, as SQL: on what is in a database, and on what a service's databases share."""

from host.postgres.granted import THINGS

# What the databases share, beside what is in this one. PostgreSQL has had parameters' grants since 15.
_GIVEN = (
    """
CREATE TEMPORARY TABLE given AS
  SELECT kind, catalog, oid, number, part, home, owner, acl, word, '' AS name FROM ("""
    + THINGS
    + """) AS things WHERE acl IS NOT NULL
  UNION ALL SELECT 'TABLE', 'pg_class'::regclass, c.oid, attnum, attname, relnamespace, relowner, attacl, 'c', ''
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attacl IS NOT NULL AND NOT attisdropped
  UNION ALL SELECT 'DATABASE', 'pg_database'::regclass, oid, 0, '', 0, datdba, datacl, 'd', datname FROM pg_database
    WHERE datacl IS NOT NULL
  UNION ALL SELECT 'TABLESPACE', 'pg_tablespace'::regclass, oid, 0, '', 0, spcowner, spcacl, 't', spcname
    FROM pg_tablespace WHERE spcacl IS NOT NULL
  UNION ALL SELECT CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES'
      WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END, 'pg_default_acl'::regclass, oid, 0, '',
    defaclnamespace, defaclrole, defaclacl,
    CASE defaclnamespace WHEN 0 THEN translate(defaclobjtype::text, 'S', 's') ELSE 'c' END, '' FROM pg_default_acl;
SELECT current_setting('server_version_num')::int >= 150000 AS has_parameters \\gset
\\if :has_parameters
INSERT INTO given SELECT 'PARAMETER', 'pg_parameter_acl'::regclass, oid, 0, '', 0, 10, paracl, 'p', parname
  FROM pg_parameter_acl;
\\endif
"""
)
# What PostgreSQL gives to all by itself and what came with initdb or an extension is none; no role needs what is its
# own. What PUBLIC may do in a schema that no role but its owner may open is nothing.
# Petbase gives: an app's role the database; "NAME readers" sight of the schema NAME, which keeps its grants when a
# restore puts it aside; everybody the extensions. A role that owns a schema is an app's; one without login was one.
_GRANTS = """
CREATE TEMPORARY VIEW apps AS SELECT oid FROM pg_roles WHERE oid IN (SELECT nspowner FROM pg_namespace)
    OR rolname IN (SELECT json_array_elements_text(:'apps'))
    OR NOT rolcanlogin AND NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = pg_roles.oid);
CREATE TEMPORARY TABLE found AS
  SELECT g.*, nspname, e.grantor, e.grantee, privilege_type AS privilege, is_grantable FROM given g
  CROSS JOIN aclexplode(acl) AS e LEFT JOIN pg_roles r ON r.oid = e.grantee LEFT JOIN pg_namespace n ON n.oid = home
  LEFT JOIN pg_init_privs i ON objoid = g.oid AND classoid = catalog AND objsubid = number
  WHERE e.grantee <> owner AND NOT COALESCE(rolsuper, false) AND NOT starts_with(COALESCE(rolname, ''), :'loaders')
  AND COALESCE(nspname, '') !~ '^(pg_toast|pg_temp)'
  AND NOT EXISTS (SELECT FROM aclexplode(initprivs) AS o WHERE (o.grantee, o.privilege_type, o.is_grantable)
    = (e.grantee, e.privilege_type, e.is_grantable))
  AND NOT (e.grantee = 0 AND (
    nspname = 'information_schema' AND privilege_type IN ('USAGE', 'SELECT') OR
    EXISTS (SELECT FROM aclexplode(CASE WHEN word NOT IN ('p', 'c') THEN acldefault(word::"char", owner) END) AS o
      WHERE o.grantee = 0 AND o.privilege_type = e.privilege_type)
    OR kind = 'SCHEMA' AND nspname = 'extensions' AND privilege_type = 'USAGE'
    OR kind <> 'SCHEMA' AND home <> 0 AND NOT EXISTS (SELECT FROM pg_roles o WHERE rolcanlogin AND NOT rolsuper
      AND NOT starts_with(rolname, :'loaders') AND NOT pg_has_role(o.oid, nspowner, 'USAGE')
      AND has_schema_privilege(o.oid, n.oid, 'USAGE'))))
  AND (is_grantable OR NOT (COALESCE(rolname, '') = regexp_replace(nspname, ' before [-0-9]{10} [:0-9]{8}$', '')
      || ' readers'
    AND (kind, privilege_type) IN (('SCHEMA', 'USAGE'), ('TABLE', 'SELECT'), ('TABLES', 'SELECT')) AND part = ''))
  AND (is_grantable OR NOT (kind = 'DATABASE' AND e.grantee IN (SELECT oid FROM apps) AND (name = current_database()
    OR starts_with(shobj_description(g.oid, 'pg_database'), '{"petbase"'))));
"""
# One line for all tables of a schema that it may do the same with. Who was given it by another role can lose it through
# that role only.
_GRANTS_BY_SCHEMA = """
CREATE TEMPORARY VIEW grants AS
WITH things AS (
  SELECT catalog, oid, number, kind, nspname, owner, grantor, grantee, part, name, home,
    array_agg(DISTINCT privilege ORDER BY privilege) AS privileges, bool_or(is_grantable) AS passes FROM found
  GROUP BY catalog, oid, number, kind, nspname, owner, grantor, grantee, part, name, home),
named AS (
  SELECT *, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS "to",
    CASE WHEN catalog = 'pg_default_acl'::regclass THEN 'future ' || lower(kind) || ' of the role ' || quote_ident(
        pg_get_userbyid(owner)) || COALESCE(' in the schema ' || quote_ident(nspname), '')
      WHEN kind = 'PARAMETER' THEN name WHEN name <> '' THEN quote_ident(name)
      ELSE (pg_identify_object(catalog, oid, number)).identity END AS identity,
    (pg_identify_object(catalog, oid, 0)).identity AS whole FROM things),
spelled AS (
  SELECT *, array_to_string(ARRAY(SELECT p || CASE part WHEN '' THEN '' ELSE format(' (%I)', part) END
    FROM unnest(privileges) AS p), ', ') AS what FROM named)
SELECT CASE grantee WHEN 0 THEN '' ELSE pg_get_userbyid(grantee) END AS role, privileges,
  CASE WHEN catalog = 'pg_default_acl'::regclass THEN '' WHEN part <> '' THEN 'column' ELSE lower(kind) END AS kind,
  CASE WHEN kind = 'SCHEMA' THEN '' ELSE COALESCE(nspname, '') END AS schema, count(*) AS count,
  min(identity) AS example,
  array_remove(ARRAY[CASE WHEN grantor <> owner THEN format('SET ROLE %I', pg_get_userbyid(grantor)) END,
    CASE WHEN catalog = 'pg_default_acl'::regclass THEN format('ALTER DEFAULT PRIVILEGES FOR ROLE %I %sREVOKE %s ON '
        '%s FROM %s', pg_get_userbyid(owner), COALESCE('IN SCHEMA ' || quote_ident(nspname) || ' ', ''), min(what),
        kind, "to")
      ELSE format('REVOKE %s ON %s FROM %s%s', min(what), CASE
        WHEN count(*) > 1 AND kind IN ('TABLE', 'SEQUENCE', 'ROUTINE') AND part = ''
          THEN format('ALL %sS IN SCHEMA %I', kind, nspname)
        WHEN part <> '' THEN format('TABLE %s', min(whole)) ELSE format('%s %s', kind, min(identity)) END, "to",
        CASE WHEN bool_or(passes) THEN ' CASCADE' ELSE '' END) END], NULL) AS takes_back
FROM spelled GROUP BY grantee, "to", privileges, catalog, kind, nspname, grantor, owner, part,
  CASE WHEN part = '' AND kind IN ('TABLE', 'SEQUENCE', 'ROUTINE', 'TYPE', 'LARGE OBJECT') THEN 0 ELSE oid::bigint END;
"""

GRANTS = _GIVEN + _GRANTS + _GRANTS_BY_SCHEMA
"""Comes first in a session, with `apps`, a JSON array of apps' roles, and `loaders`, how names of loading roles begin.
Then the view `grants` has the rows of model/database.py.
"""
