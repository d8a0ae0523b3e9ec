"""Schemas of the live database: which there are, what depends on them, who is at work in them."""

from __future__ import annotations

from collections.abc import Sequence

from host.core.errors import HostError
from host.postgres.dependents import REQUIRE_NO_DEPENDENTS
from host.postgres.psql import Psql, SqlError
from host.postgres.roles import schema_users

_OIDS = """
SELECT COALESCE(json_object_agg(nspname, oid), '{}') FROM pg_namespace
"""
_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()
  AND pid <> pg_backend_pid() AND usename IN (SELECT json_array_elements_text(:'users'))
"""


def oids(psql: Psql) -> dict[str, str]:
    """Every schema's oid, by its name."""
    found: dict[str, str] = psql.json(_OIDS)
    return found


def require_no_dependents(psql: Psql, schemas: Sequence[str]) -> None:
    """HostError where something outside these schemas depends on them: it would stay with the old data."""
    try:
        psql.execute(REQUIRE_NO_DEPENDENTS, schemas=list(schemas))
    except SqlError as problem:
        raise HostError(problem.reason) from None


def end_sessions(psql: Psql, schemas: Sequence[str]) -> None:
    """Whoever uses a schema connects anew: a transaction that began in the old data must not end in the new."""
    users = sorted({user for schema in schemas for user in schema_users(psql, schema)})
    if users:
        psql.execute(_END_SESSIONS, users=users)
