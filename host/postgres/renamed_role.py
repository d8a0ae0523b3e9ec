"""An app that had another name takes its role and its schema along.

While it is built under its new name, both roles use the old one's schema, and the new one's sessions look for tables
under both names (AppRole.becomes). When the old app is gone, role and schema change their names under living sessions.
"""

from host.core.errors import HostError
from host.postgres.locks import execute_soon
from host.postgres.psql import Psql, database_name
from host.postgres.roles import schema_users

# Where the stack file keeps the schema's old name, the old role stays as its owner, and cannot log in.
_RENAME = r"""
BEGIN;
SELECT format('ALTER ROLE %I RENAME TO %I', old, new)
  FROM (VALUES (:'was', :'app'), (:'was' || ' readers', :'app' || ' readers')) AS names (old, new)
  WHERE :'schema' <> :'was' AND EXISTS (SELECT FROM pg_roles WHERE rolname = old)
  AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = new) \gexec
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, :'app') FROM pg_namespace
  WHERE nspname = :'was' AND :'schema' = :'app' \gexec
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = :'was' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, :'database') FROM pg_roles
  WHERE rolname = :'was' \gexec
COMMIT;
"""

# The new app's sessions logged in as the new role and act as the old one, which now gets the new name. So the role that
# they logged in as stays while they last, without a password: no new session can log in as it.
_FINISH = r"""
BEGIN;
CREATE TEMPORARY TABLE renames ON COMMIT DROP AS SELECT r.oid FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
  WHERE nspname = :'was' AND rolname = :'was' AND :'schema' = :'app' AND :'was' <> :'app';
SELECT format('DROP SCHEMA %I', nspname) FROM pg_namespace n, pg_temp.renames WHERE nspname = :'app'
  AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid) \gexec
SELECT format('ALTER ROLE %I RENAME TO %I', old, new) FROM pg_temp.renames, (VALUES (1, :'app', :'app' || ' before'),
  (2, :'was', :'app'), (3, :'was' || ' readers', :'app' || ' readers')) AS names (turn, old, new)
  WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = old)
  AND (turn = 2 OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = new)) ORDER BY turn \gexec
SELECT format('ALTER SCHEMA %I RENAME TO %I', :'was', :'app') FROM pg_temp.renames \gexec
SELECT format('ALTER ROLE %I LOGIN CONNECTION LIMIT %s PASSWORD %L', :'app', rolconnlimit, rolpassword)
  FROM pg_authid, pg_temp.renames WHERE rolname = :'app' || ' before' AND rolpassword IS NOT NULL \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I SET search_path = %I, extensions', :'app', :'database', :'app')
  FROM pg_temp.renames \gexec
SELECT format('ALTER ROLE %I PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = :'app' || ' before' \gexec
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = :'was' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, :'database') FROM pg_roles
  WHERE rolname = :'was' \gexec
COMMIT;
"""
# An old role that owns the schema under its kept name stays.
_DROP = r"""
SELECT format(command, rolname) FROM pg_authid r, unnest(ARRAY['DROP OWNED BY %I', 'DROP ROLE %I'])
  WITH ORDINALITY AS c (command, turn)
  WHERE rolname IN (:'app' || ' before', :'was') AND rolname <> :'schema' AND rolpassword IS NULL AND NOT rolsuper
  AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid = r.oid)
  AND NOT EXISTS (SELECT FROM pg_shdepend LEFT JOIN pg_database b ON b.oid = dbid
    WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid
    AND (deptype = 'o' AND classid <> 'pg_default_acl'::regclass
      OR datname <> current_database())) ORDER BY rolname, turn \gexec
"""


def finish_role_rename(psql: Psql, was: str, app: str, schema: str) -> None:
    """The end of a rename, when the old app is gone. Nothing to do the second time."""
    database = psql.database or database_name(psql.service)
    execute_soon(psql, _FINISH, was=was, app=app, schema=schema, database=database)
    drop_left_roles(psql, was, app, schema)


def drop_left_roles(psql: Psql, was: str, app: str, schema: str) -> None:
    """Drop the roles that a rename left, once no session is logged in as one. Nothing to do where there is none."""
    execute_soon(psql, _DROP, was=was, app=app, schema=schema)


def require_own_schema(psql: Psql, was: str, app: str, schema: str) -> None:
    """HostError where other apps use the schema that would change its name."""
    others = [user for user in schema_users(psql, was) if user not in (was, app)] if schema == app else []
    if others:
        raise HostError(
            f"the schema {was} is shared with {' '.join(others)}; nothing was renamed. Write schema: {was} under "
            f"apps.{app}"
        )


def rename_role(psql: Psql, was: str, app: str, schema: str) -> None:
    """Nothing to do the second time. HostError where other apps use the schema that would change its name."""
    require_own_schema(psql, was, app, schema)
    execute_soon(psql, _RENAME, was=was, app=app, schema=schema, database=psql.database or database_name(psql.service))
    drop_left_roles(psql, was, app, schema)
