"""Grants, written down in the database itself, so that every dump has them: the plugin's own leave them out.

The table `petbase.grants` has the rows of granted.py. Event triggers keep it, as they do for schemas
(schema_record.py). Where what is there and the record differ, an import has lost something, and the record counts.
"""

from host.postgres.granted import GRANTED

_TABLE = """
CREATE TABLE IF NOT EXISTS petbase.grants (kind text, identity text, part text, schema text NOT NULL,
  owner text, grants jsonb NOT NULL, PRIMARY KEY (kind, identity, part, owner));
"""
# Rows that stay as they are must not be locked, or one app's open transaction would stop all others' grants.
# What another session has just dropped has no identity any more.
# What the superuser has in the place of a role is what an import left, until a link gives it back.
REFRESH_GRANTS = (
    """
WITH granted AS MATERIALIZED ("""
    + GRANTED
    + """), gone AS (
  DELETE FROM petbase.grants g WHERE NOT EXISTS (SELECT FROM granted n
    WHERE (n.kind, n.identity, n.part, n.owner) = (g.kind, g.identity, g.part, g.owner))
  AND NOT EXISTS (SELECT FROM pg_namespace n JOIN pg_roles o ON o.oid = nspowner
    WHERE nspname = g.schema AND rolsuper AND g.owner NOT IN (SELECT rolname FROM pg_roles WHERE rolsuper)))
INSERT INTO petbase.grants SELECT kind, identity, part, schema, owner, grants FROM granted n
  WHERE identity IS NOT NULL AND NOT EXISTS (
    SELECT FROM petbase.grants g WHERE (g.kind, g.identity, g.part, g.owner, g.schema, g.grants)
    = (n.kind, n.identity, n.part, n.owner, n.schema, n.grants))
  ON CONFLICT (kind, identity, part, owner) DO UPDATE SET schema = excluded.schema, grants = excluded.grants;
"""
)
"""Makes the table say what is."""
# Who grants may have settings that spell names otherwise, and the record is everybody's.
# A new or changed thing counts only where it has grants; renaming a schema or a type changes how others are spelled.
_FUNCTION = (
    r"""
CREATE OR REPLACE FUNCTION petbase.record_grants() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $function$
BEGIN
  IF TG_EVENT = 'sql_drop' THEN
    IF NOT EXISTS (SELECT FROM petbase.grants) OR NOT EXISTS (
        SELECT FROM pg_event_trigger_dropped_objects() WHERE NOT is_temporary) THEN
      RETURN;
    END IF;
  ELSIF TG_TAG ~ '^(CREATE|SELECT|ALTER (TABLE|VIEW|SEQUENCE|MATERIALIZED|FUNCTION|PROCEDURE|ROUTINE|AGGREGATE))'
      AND NOT EXISTS (SELECT FROM pg_event_trigger_ddl_commands() c
        WHERE schema_name IS DISTINCT FROM 'pg_temp' AND (
          EXISTS (SELECT FROM pg_class WHERE classid = 'pg_class'::regclass AND oid = objid AND relacl IS NOT NULL)
          OR EXISTS (SELECT FROM pg_attribute
            WHERE classid = 'pg_class'::regclass AND attrelid = objid AND attacl IS NOT NULL)
          OR EXISTS (SELECT FROM pg_proc WHERE classid = 'pg_proc'::regclass AND oid = objid AND proacl IS NOT NULL)
          OR EXISTS (SELECT FROM pg_type WHERE classid = 'pg_type'::regclass AND oid = objid AND typacl IS NOT NULL)
          OR EXISTS (SELECT FROM pg_namespace
            WHERE classid = 'pg_namespace'::regclass AND oid = objid AND nspacl IS NOT NULL))) THEN
    RETURN;
  END IF;
  """
    + REFRESH_GRANTS
    + r"""
END $function$;
"""
)
_TRIGGERS = r"""
SELECT format('CREATE EVENT TRIGGER %I ON %s %s EXECUTE FUNCTION petbase.record_grants()', name, event, tags)
  FROM (VALUES
    ('petbase_record_grants', 'ddl_command_end', 'WHEN TAG IN (''GRANT'', ''REVOKE'', ''ALTER DEFAULT PRIVILEGES'',
      ''CREATE TABLE'', ''CREATE TABLE AS'', ''SELECT INTO'', ''CREATE VIEW'', ''CREATE MATERIALIZED VIEW'',
      ''CREATE SEQUENCE'', ''CREATE FOREIGN TABLE'', ''CREATE FUNCTION'', ''CREATE PROCEDURE'', ''CREATE AGGREGATE'',
      ''CREATE TYPE'', ''CREATE DOMAIN'', ''CREATE SCHEMA'', ''CREATE EXTENSION'', ''ALTER TABLE'', ''ALTER VIEW'',
      ''ALTER SEQUENCE'', ''ALTER MATERIALIZED VIEW'', ''ALTER FOREIGN TABLE'', ''ALTER FUNCTION'',
      ''ALTER PROCEDURE'', ''ALTER ROUTINE'', ''ALTER AGGREGATE'', ''ALTER TYPE'', ''ALTER DOMAIN'',
      ''ALTER SCHEMA'', ''ALTER EXTENSION'', ''ALTER LARGE OBJECT'', ''ALTER SERVER'')'),
    ('petbase_forget_grants', 'sql_drop', '')
  ) AS wanted (name, event, tags)
  WHERE NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = name) \gexec
"""
# PostgreSQL lets everybody call a new function, and a SECURITY DEFINER function does what its owner may do: readers of
# the schema would write, or have it find names in a schema of theirs. An app can let them: GRANT EXECUTE.
_CLOSED = """
  SELECT format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC',
      (pg_identify_object('pg_proc'::regclass, p.oid, 0)).identity) AS command, p.oid AS routine, proacl, proowner
    FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    JOIN pg_roles r ON r.rolname = nspname || ' readers'
    WHERE prosecdef AND EXISTS (SELECT FROM pg_auth_members WHERE roleid = r.oid)
"""
CLOSE_FUNCTIONS = "SELECT command FROM (" + _CLOSED + ") AS closed WHERE proacl IS NULL \\gexec\n"
"""Of every schema that has readers, those whose owner has not said who may call them."""
_CLOSES = (
    r"""
CREATE OR REPLACE FUNCTION petbase.close_functions() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $function$
DECLARE
  command text;
BEGIN
  FOR command IN SELECT closed.command FROM pg_event_trigger_ddl_commands() c JOIN ("""
    + _CLOSED
    + r""") AS closed ON c.classid = 'pg_proc'::regclass AND c.objid = routine
    WHERE proacl IS NULL OR TG_TAG ~ '^CREATE' AND EXISTS (
      SELECT FROM pg_default_acl WHERE defaclrole = proowner AND defaclobjtype = 'f') LOOP
    EXECUTE command;
  END LOOP;
END $function$;
SELECT 'CREATE EVENT TRIGGER petbase_close_functions ON ddl_command_end WHEN TAG IN (''CREATE FUNCTION'',
    ''CREATE PROCEDURE'', ''ALTER FUNCTION'', ''ALTER PROCEDURE'', ''ALTER ROUTINE'')
    EXECUTE FUNCTION petbase.close_functions()'
  WHERE NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'petbase_close_functions') \gexec
"""
)
INSTALL_GRANTS = _TABLE + _FUNCTION + _TRIGGERS + _CLOSES
"""Makes the table and the triggers where they are missing."""
HAS_RECORD = "SELECT to_regclass('petbase.grants') IS NOT NULL"
