"""An app that had another name takes its role and its schema along."""

from __future__ import annotations

from host.core.errors import HostError
from host.postgres.locks import execute_soon
from host.postgres.psql import Psql, database_name
from host.postgres.roles import schema_users

# Where the stack file keeps the schema's old name, the old role stays as its owner, and nobody can log in as it.
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


def rename_role(psql: Psql, was: str, app: str, schema: str) -> None:
    """Nothing to do the second time. HostError where other apps use the schema that would change its name."""
    others = [user for user in schema_users(psql, was) if user not in (was, app)] if schema == app else []
    if others:
        raise HostError(
            f"the schema {was} is shared with {' '.join(others)}; nothing was renamed. Write schema: {was} under "
            f"apps.{app}"
        )
    execute_soon(psql, _RENAME, was=was, app=app, schema=schema, database=psql.database or database_name(psql.service))
