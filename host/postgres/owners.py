"""Gives every object back to its schema's role, and grants as they were recorded.

After an import by the plugin all belongs to the superuser; its dumps carry no grants, so no app may read anything.
"""

from host.postgres.grant_record import CLOSE_FUNCTIONS
from host.postgres.grants import GIVE_WANTED, RECORDED
from host.postgres.locks import execute_soon
from host.postgres.objects import OBJECTS
from host.postgres.psql import Psql
from host.postgres.schema_record import INSTALL_RECORD, REFRESH_RECORD

# A schema that has no owner but the superuser belongs to the role that the record names, else to the role of its name:
# what an app made itself is always recorded. What a live app owns is its own.
_SCHEMAS = r"""
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, r.rolname) FROM pg_namespace
  JOIN pg_roles o ON o.oid = nspowner LEFT JOIN petbase.schemas s ON s.schema = nspname
  JOIN pg_roles r ON r.rolname = COALESCE(s.role, nspname)
  WHERE nspname !~ '^pg_' AND o.rolsuper AND NOT r.rolsuper \gexec
"""
STRAYS = """
  FROM pg_temp.objects JOIN pg_namespace n ON n.oid = schema JOIN pg_roles r ON r.oid = nspowner
  JOIN pg_roles o ON o.oid = owner
  WHERE NOT r.rolsuper AND r.rolname !~ '^pg_' AND takes_owner AND owner <> nspowner
  AND (o.rolsuper OR pg_has_role(o.oid, nspowner, 'MEMBER'))
  AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = catalog AND refobjid = objects.oid
    AND classid IN ('pg_event_trigger'::regclass, 'pg_foreign_data_wrapper'::regclass, 'pg_language'::regclass))
  AND NOT EXISTS (SELECT FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE catalog = 'pg_proc'::regclass
    AND p.oid = objects.oid AND o.rolsuper AND NOT part_of_type AND prokind <> 'a'
    AND (NOT lanpltrusted OR proleakproof OR prosupport <> 0))
"""
"""What the superuser, or an app that shares the schema, owns in an app's schema. What another role was let make there
stays its own: given to the app, a function or a view of that role's would have the app's rights. So does what an event
trigger, a foreign-data wrapper or a language calls: that runs as the superuser too, and its owner can rewrite it. And
so does a function that only a superuser can make: no restore could make it as the app.
"""
_OBJECTS = f"""
SELECT format('%s OWNER TO %I', alter, r.rolname) {STRAYS} ORDER BY turn \\gexec
"""
# "NAME readers" read the schema NAME and what will come into it.
_GRANTS = r"""
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, r.rolname),
  format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', nspname, r.rolname),
  format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT ON TABLES TO %I',
    o.rolname, nspname, r.rolname)
  FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner JOIN pg_roles r ON r.rolname = nspname || ' readers' \gexec
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
"""

OWNERS_SQL = (
    INSTALL_RECORD + RECORDED + OBJECTS + _SCHEMAS + _OBJECTS + GIVE_WANTED + _GRANTS + CLOSE_FUNCTIONS + REFRESH_RECORD
)
"""For a transaction that does more than this. Run it as the superuser; it can be run again at any time."""


def restore_owners(psql: Psql) -> None:
    """Give all objects of the database to their schemas' roles. Nothing to do where all is as it should be."""
    execute_soon(psql, OWNERS_SQL)
