"""Schemas of the live database: what depends on them, who is at work in them; and how they change names."""

from collections.abc import Sequence

from host.core.errors import HostError
from host.placing.note import Note
from host.postgres.objects import REQUIRE_NO_DEPENDENTS
from host.postgres.psql import Psql, SqlError
from host.postgres.roles import schema_users

_OIDS = """
SELECT COALESCE(json_object_agg(nspname, oid), '{}') FROM pg_namespace
"""
_ROLE = """
SELECT COALESCE((SELECT rolname FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner
    WHERE nspname = :'schema' AND NOT rolsuper),
  (SELECT rolname FROM pg_roles WHERE rolname = :'schema' AND NOT rolsuper))
"""
_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()
  AND pid <> pg_backend_pid() AND usename IN (SELECT json_array_elements_text(:'users'))
"""
_NAMES = """
SELECT json_build_object(
  'back', (SELECT json_agg(obj_description(oid, 'pg_namespace')::jsonb || jsonb_build_object('name', nspname))
    FROM pg_namespace WHERE nspname IN (SELECT json_array_elements_text(:'parts'))),
  'live', (SELECT COALESCE(json_agg(nspname), '[]') FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner
    WHERE rolname = :'role'),
  'comments', (SELECT COALESCE(json_object_agg(nspname, obj_description(oid, 'pg_namespace')), '{}')
    FROM pg_namespace))
"""
_EXCHANGE_NAMES = r"""
BEGIN;
SET LOCAL lock_timeout = '30s';
CREATE TEMPORARY TABLE aside ON COMMIT DROP AS
  SELECT n.oid, nspname, nspacl, name, note FROM json_to_recordset(:'aside') AS a (schema text, name text, note text)
  JOIN pg_namespace n ON nspname = schema;
CREATE TEMPORARY TABLE back ON COMMIT DROP AS
  SELECT nspname, schema, role, comment
  FROM json_to_recordset(:'back') AS b (name text, schema text, role text, comment text)
  JOIN pg_namespace n ON nspname = name;
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, name) FROM aside \gexec
SELECT format('ALTER SCHEMA %I RENAME TO %I', nspname, schema), format('COMMENT ON SCHEMA %I IS %L', schema, comment),
  format('ALTER SCHEMA %I OWNER TO %I', schema, rolname) FROM back JOIN pg_roles ON rolname = role \gexec
SELECT format('ALTER EXTENSION %I SET SCHEMA %I', extname, schema) FROM pg_extension
  JOIN pg_namespace n ON n.oid = extnamespace JOIN aside ON aside.name = n.nspname JOIN back ON schema = aside.nspname
  \gexec
SELECT format('ALTER SCHEMA %I OWNER TO postgres', name), format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', name),
  format('COMMENT ON SCHEMA %I IS %L', name, note) FROM aside \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM %I CASCADE', name, rolname) FROM aside, aclexplode(nspacl)
  JOIN pg_roles r ON r.oid = grantee WHERE rolname <> 'postgres' \gexec
COMMIT;
"""


def oids(psql: Psql) -> dict[str, str]:
    """Every schema's oid, by its name."""
    found: dict[str, str] = psql.json(_OIDS)
    return found


def role_of(psql: Psql, schema: str) -> str:
    """The app's role that owns a schema, or has its name while there is none; "" for no such role."""
    return psql.value(_ROLE, schema=schema)


def require_no_dependents(psql: Psql, schemas: Sequence[str]) -> None:
    """HostError where something outside these schemas depends on them: it would stay with the old data."""
    try:
        psql.execute(REQUIRE_NO_DEPENDENTS, schemas=list(schemas), extensions="stay")
    except SqlError as problem:
        raise HostError(problem.reason) from None


def end_sessions(psql: Psql, schemas: Sequence[str]) -> None:
    """End the sessions of all who use the schemas: a transaction that began in the old data must not end in the new."""
    users = sorted({user for schema in schemas for user in schema_users(psql, schema)})
    if users:
        psql.execute(_END_SESSIONS, users=users)


def exchange_names(psql: Psql, parts: Sequence[str], note: Note) -> tuple[list[str], list[str]]:
    """What a restore set aside gets its old names back, and what has them now goes aside: the dated names, and the
    names that are live again. Nothing is loaded, and nothing that an app wrote runs. HostError where nothing has
    changed.
    """
    found = psql.json(_NAMES, parts=list(parts), role=note.role)
    names = {row["name"]: row["of"] for row in found["back"]}
    going = [*found["live"]] if note.role else [one for one in names.values() if one in oids(psql)]
    require_no_dependents(psql, going)
    before = oids(psql)
    comments: dict[str, str | None] = found["comments"]
    aside = [
        {"schema": one, "name": note.aside_name(one), "note": note.text(one, comment=comments[one])} for one in going
    ]
    back = [
        {"name": row["name"], "schema": row["of"], "role": note.role or row["of"], "comment": row.get("comment")}
        for row in found["back"]
    ]
    try:
        psql.execute(_EXCHANGE_NAMES, aside=aside, back=back)
    except SqlError as problem:
        # A connection that broke at the last word does not show whether the server received it.
        after = oids(psql)
        if any(after.get(of) != before[name] for name, of in names.items()):
            raise HostError(f"the schemas could not change places: {problem.reason}", problem.tail) from None
    return [one["name"] for one in aside], [*names.values()]
