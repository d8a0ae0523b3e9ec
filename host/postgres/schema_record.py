"""Which schema is whose, written down in the database itself, so that every dump has it.

An import by the plugin gives everything to the superuser, on a new server the data comes before the roles, and an app
may make schemas under any name. So the table `petbase.schemas` has a row for each schema that belongs to
an app's role. Event triggers keep it, since nothing runs before the plugin's own dumps by cron. The schema `petbase` is
the superuser's, in every database of a service; no app may look into it.

An extension is in a database once, and the role that made it could drop it with the columns of all that use it. So
what an app makes by CREATE EXTENSION is made anew at once by the superuser, in the schema that every app finds.
"""

from host.postgres.grant_record import INSTALL_GRANTS, REFRESH_GRANTS

PETBASE = "petbase"
"""The schema of Petbase's own objects. They are no data of anybody's."""

_REFUSE_TAKEN = r"""
SELECT format('DO %L', format('BEGIN RAISE EXCEPTION USING MESSAGE = %L; END', format(
    'the schema %s %s, and here it belongs to the role %s. Give it another name: ALTER SCHEMA … RENAME TO …', nspname,
    CASE WHEN nspname IN ('petbase', 'extensions') THEN 'is Petbase''s own' ELSE 'has the superuser''s name' END,
    r.rolname)))
  FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
  WHERE NOT r.rolsuper AND (nspname IN ('petbase', 'extensions')
    OR nspname IN (SELECT rolname FROM pg_roles WHERE rolsuper)) \gexec
"""
# A session looks into the schema of its role's name first, unless told otherwise, so functions of a schema with another
# role's name would be called with that role's rights. A restore makes again what was there.
# A schema that the superuser makes for itself is a restore's, which gives it away at its end, so its row stays. One
# that it takes from a role was set aside, unless that role is yet to come. What a role renames is no longer there under
# the old name.
_FUNCTIONS = r"""
CREATE SCHEMA IF NOT EXISTS petbase;
CREATE SCHEMA IF NOT EXISTS extensions;
CREATE TABLE IF NOT EXISTS petbase.schemas (schema name PRIMARY KEY, role name NOT NULL);
CREATE OR REPLACE FUNCTION petbase.record_schema() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $function$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() c JOIN pg_namespace n ON n.oid = c.objid
    JOIN pg_roles r ON r.rolname = n.nspname
    WHERE c.classid = 'pg_namespace'::regclass AND NOT pg_has_role(session_user, r.oid, 'MEMBER')
      AND NOT starts_with(session_user, 'petbase load ')) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a schema may not have the name of another role';
  END IF;
  DELETE FROM petbase.schemas s USING pg_event_trigger_ddl_commands() c, pg_namespace n, pg_roles r
    WHERE c.command_tag = 'ALTER SCHEMA' AND n.oid = c.objid AND r.oid = n.nspowner AND r.rolsuper
    AND s.schema = n.nspname AND EXISTS (SELECT FROM pg_roles WHERE rolname = s.role);
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
    DELETE FROM petbase.schemas s USING pg_event_trigger_ddl_commands() c, pg_namespace n
      WHERE n.oid = c.objid AND s.role = pg_get_userbyid(n.nspowner)
      AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = s.schema);
  END IF;
  INSERT INTO petbase.schemas SELECT n.nspname, r.rolname FROM pg_event_trigger_ddl_commands() c
    JOIN pg_namespace n ON c.classid = 'pg_namespace'::regclass AND n.oid = c.objid
    JOIN pg_roles r ON r.oid = n.nspowner WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND n.nspname !~ '^pg_'
    ON CONFLICT (schema) DO UPDATE SET role = excluded.role;
END $function$;
CREATE OR REPLACE FUNCTION petbase.forget_schema() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $function$
BEGIN
  DELETE FROM petbase.schemas WHERE schema IN (
    SELECT object_name FROM pg_event_trigger_dropped_objects() WHERE object_type = 'schema');
END $function$;
CREATE OR REPLACE FUNCTION petbase.adopt_extension() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET quote_all_identifiers = off AS $function$
DECLARE
  dropping text;
  making text[];
  command text;
BEGIN
  WITH RECURSIVE made AS (
    SELECT objid AS oid FROM pg_event_trigger_ddl_commands() WHERE classid = 'pg_extension'::regclass
    UNION SELECT refobjid FROM made JOIN pg_depend d ON classid = 'pg_extension'::regclass AND objid = made.oid
      AND refclassid = 'pg_extension'::regclass)
  SELECT string_agg(quote_ident(extname), ', '),
    array_agg(format('CREATE EXTENSION IF NOT EXISTS %I %s VERSION %L CASCADE', extname,
      CASE WHEN v.schema IS NULL THEN 'SCHEMA extensions' ELSE '' END, extversion)) INTO dropping, making
    FROM pg_extension e JOIN made ON made.oid = e.oid JOIN pg_roles r ON r.oid = extowner
    LEFT JOIN pg_available_extension_versions v ON v.name = extname AND v.version = extversion WHERE NOT rolsuper;
  IF dropping IS NULL THEN
    RETURN;
  END IF;
  EXECUTE 'DROP EXTENSION ' || dropping;
  FOREACH command IN ARRAY making LOOP
    EXECUTE command;
  END LOOP;
EXCEPTION WHEN dependent_objects_still_exist THEN
  -- One that it needs was the role's before Petbase came, and something uses it.
  NULL;
END $function$;
"""
_TRIGGERS = r"""
SELECT format('CREATE EVENT TRIGGER %I ON %s WHEN TAG IN (%s) EXECUTE FUNCTION petbase.%I()',
    name, event, tags, function)
  FROM (VALUES
    ('petbase_record_schema', 'ddl_command_end', '''CREATE SCHEMA'', ''ALTER SCHEMA''', 'record_schema'),
    ('petbase_forget_schema', 'sql_drop', '''DROP SCHEMA'', ''DROP OWNED''', 'forget_schema'),
    ('petbase_adopt_extension', 'ddl_command_end', '''CREATE EXTENSION''', 'adopt_extension')
  ) AS wanted (name, event, tags, function)
  WHERE NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = name) \gexec
"""
_REFRESH = """
DELETE FROM petbase.schemas s WHERE NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = s.schema);
INSERT INTO petbase.schemas SELECT nspname, rolname FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
  WHERE NOT rolsuper AND rolname !~ '^pg_' AND nspname !~ '^pg_'
  ON CONFLICT (schema) DO UPDATE SET role = excluded.role WHERE schemas.role <> excluded.role;
"""

# To spell an expression that an app can just make (a check of thousands of terms) takes up to twice the stack that
# parsing it took, so pg_dump could dump nothing any more. Apps cannot raise their own limit. Where the system's stack
# is too small for it, it stays as it is, and so does what somebody has set.
_STACK = r"""
SELECT 'DO $$ BEGIN ALTER ROLE postgres SET max_stack_depth = ''7MB''; '
    'EXCEPTION WHEN invalid_parameter_value THEN END $$'
  WHERE NOT EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting
    WHERE setrole = 'postgres'::regrole AND starts_with(setting, 'max_stack_depth=')) \gexec
"""

INSTALL_RECORD = _REFUSE_TAKEN + _FUNCTIONS + _TRIGGERS + INSTALL_GRANTS + _STACK
"""Makes the tables and the triggers where they are missing; an error where a role has taken one of the schemas. The
superuser then can dump whatever apps make.
"""
REFRESH_RECORD = _REFRESH + REFRESH_GRANTS
"""Makes the tables say what is. Rows of schemas that have no owner but the superuser yet stay."""
