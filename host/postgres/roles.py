"""An app's role and schema in the shared database.

The app logs in as the role of its name. Its schema belongs to the role of the schema's name, which is the same one
unless several apps share a schema: then each is a member of it, and what any of them makes belongs to it.
"""

import json
from dataclasses import dataclass

from host.postgres.locks import execute_soon
from host.postgres.psql import Psql, database_name
from host.postgres.schema_record import INSTALL_RECORD

EXTENSIONS = "extensions"
"""The schema that all extensions are in: an extension is in a database once, and every app must find it."""


@dataclass(frozen=True)
class AppRole:
    """What an app's role is given. `reads` are schemas of other apps that it may read; `extensions` are installed for
    it; `statement_timeout` is PostgreSQL's text, "30s", or "" for none.
    `becomes` is the name that the schema gets at the end of a rename, "" for none: sessions find it by both.
    """

    app: str
    schema: str
    password: str
    reads: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    statement_timeout: str = ""
    becomes: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Where it finds its tables, and extensions."""
        return (*filter(None, (self.becomes, self.schema)), EXTENSIONS)


# One app must not stop the others: it may not leave a transaction open for ever (its locks would stop dumps), and may
# not fill the disk by sorting. Limits that somebody set otherwise stay. link/connections.py limits its connections.
# The first link makes the others' schemas too: apps are linked in any order, and one may read what is yet to come.
_ROLES = r"""
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM (VALUES (:'schema'), (:'app')) AS own (name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) GROUP BY name \gexec
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM (
  SELECT json_array_elements_text(:'reads') AS name UNION SELECT json_array_elements_text(:'reads') || ' readers'
) AS others WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"app" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'password';
SELECT format('ALTER ROLE %I IN DATABASE %I SET search_path = ' || string_agg(quote_ident(name), ', ' ORDER BY turn),
  :'app', :'database') FROM json_array_elements_text(:'path') WITH ORDINALITY AS path (name, turn) \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I ' || CASE WHEN :'statement_timeout' = '' THEN 'RESET statement_timeout'
  ELSE 'SET statement_timeout = %L' END, :'app', :'database', :'statement_timeout') \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I SET %I = %L', :'app', :'database', name, value)
  FROM (VALUES ('idle_in_transaction_session_timeout', '10min'), ('temp_file_limit', '2GB')) AS given (name, value)
  WHERE NOT EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting
    WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = :'app') AND starts_with(setting, name || '=')) \gexec
SELECT format('GRANT %I TO %I', :'schema', :'app') WHERE :'schema' <> :'app' \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I ' || CASE WHEN :'schema' = :'app' THEN 'RESET role'
  ELSE 'SET role = %I' END, :'app', :'database', :'schema') \gexec
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"app";
GRANT CREATE ON DATABASE :"database" TO :"schema";
"""
_SCHEMAS = r"""
SELECT format('CREATE SCHEMA IF NOT EXISTS %1$I AUTHORIZATION %1$I', name)
  FROM (SELECT :'schema' AS name UNION SELECT json_array_elements_text(:'reads')) AS wanted \gexec
"""
# Membership is the cluster's, so it outlives a restore; what the readers may do is given in owners.py, again and again.
_READS = r"""
SELECT format('GRANT %I TO %I', name || ' readers', :'schema') FROM json_array_elements_text(:'reads') AS name \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, :'schema') FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid
  JOIN pg_roles m ON m.oid = member WHERE m.rolname = :'schema' AND g.rolname LIKE '% readers'
  AND g.rolname NOT IN (SELECT name || ' readers' FROM json_array_elements_text(:'reads') AS name) \gexec
"""
# In public, which is the superuser's, no app with its own role would find an extension.
_EXTENSIONS = r"""
ALTER DATABASE :"database" SET search_path = "$user", public, extensions;
SELECT format('ALTER EXTENSION %I SET SCHEMA extensions', extname) FROM pg_extension
  WHERE extname IN (SELECT json_array_elements_text(:'extensions')) AND extnamespace = 'public'::regnamespace \gexec
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA extensions CASCADE', name)
  FROM json_array_elements_text(:'extensions') AS name \gexec
"""
_CLOSE = r"""
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname) FROM pg_roles WHERE rolname = :'app' \gexec
"""
DROP_ROLES_SQL = r"""
SELECT format(command, rolname) FROM pg_roles, unnest(ARRAY['DROP OWNED BY %I', 'DROP ROLE %I'])
  WITH ORDINALITY AS c (command, turn)
  WHERE rolname IN (SELECT name || suffix FROM json_array_elements_text(:'roles') AS name,
    unnest(ARRAY['', ' readers']) AS suffix)
  AND NOT rolcanlogin AND NOT rolsuper AND NOT EXISTS (SELECT FROM pg_shdepend LEFT JOIN pg_database b ON b.oid = dbid
    WHERE refclassid = 'pg_authid'::regclass AND refobjid = pg_roles.oid
    AND (deptype = 'o' AND classid <> 'pg_default_acl'::regclass
      OR datname <> current_database())) ORDER BY rolname, turn \gexec
"""
"""In a transaction, with `roles`, a JSON array: they go, and those of their readers. One that can still log in stays,
and so does one that owns anything: what an app wrote never becomes the superuser's, whose rights a function or a view
of its would have from then on. So does one that another database (which a restore put aside) knows.
"""
_USERS = """
WITH owner AS (SELECT COALESCE((SELECT rolname FROM pg_namespace JOIN pg_roles r ON r.oid = nspowner
  WHERE nspname = :'schema' AND NOT rolsuper), :'schema') AS name)
SELECT rolname FROM pg_roles, owner WHERE rolcanlogin AND NOT rolsuper AND (rolname = owner.name OR rolname IN (
  SELECT link ->> 'role' FROM json_array_elements(:'links') AS link WHERE link ->> 'schema' = owner.name)) ORDER BY 1
"""


def ensure_role(psql: Psql, role: AppRole) -> None:
    """Make the role and its schema, or change them to what is wanted. Objects keep their owners (owners.py)."""
    execute_soon(
        psql,
        INSTALL_RECORD + _ROLES + _SCHEMAS + _READS + _EXTENSIONS,
        database=psql.database or database_name(psql.service),
        app=role.app,
        schema=role.schema,
        path=role.path,
        password=role.password,
        reads=role.reads,
        extensions=role.extensions,
        statement_timeout=role.statement_timeout,
    )


def close_role(psql: Psql, app: str) -> None:
    """Stop logins as the app; schema and data stay. Nothing to do where there is no such role."""
    execute_soon(psql, _CLOSE, app=app)


def schema_users(psql: Psql, schema: str) -> list[str]:
    """The roles that may log in and use a schema: its owner, and those of the apps that are linked with that owner's.

    The links are asked, and not the roles' search_path, which a tenant may set to another one's schema.
    """
    state = psql.host.state
    links = [state.read(f"apps/{app}/links/{psql.service}") or {} for app in state.names("apps")]
    given = [
        {name: link.get(name, "") for name in ("schema", "role")} for link in links if link.get("access") == "schema"
    ]
    return psql.column(_USERS, schema=schema, links=json.dumps(given))
