"""Gives grants again as they were: those that a dump recorded, or those of another database."""

from collections.abc import Mapping, Sequence
from typing import Any

from host.postgres.grant_record import HAS_RECORD, REFRESH_GRANTS
from host.postgres.granted import GRANTED, THINGS
from host.postgres.locks import execute_soon
from host.postgres.psql import Psql

_ROLES = """
SELECT COALESCE(json_agg(DISTINCT role), '[]') FROM petbase.grants, LATERAL (SELECT owner AS role
  UNION SELECT g ->> n FROM jsonb_array_elements(grants) AS g, unnest(ARRAY[0, 3]) AS n) AS named
WHERE role <> ''
"""

Rows = Sequence[Mapping[str, Any]]
"""Of granted.py."""

_READ = (
    "SELECT COALESCE(json_agg(g), '[]') FROM ("
    + GRANTED
    + ") AS g WHERE :'schemas' = '' OR schema IN (SELECT json_array_elements_text(NULLIF(:'schemas', '')::json))"
)
RECORDED = "CREATE TEMPORARY TABLE wanted AS SELECT kind, identity, part, owner, grants FROM petbase.grants;\n"
_WANTED = """
CREATE TEMPORARY TABLE wanted AS SELECT * FROM json_to_recordset(:'grants')
  AS w (kind text, identity text, part text, owner text, grants jsonb);
"""
# A role that was renamed, dropped or made since gets no grant, and an object that has another owner by now is another
# object. What is the same already is left alone.
_CHANGED = (
    """
CREATE TEMPORARY VIEW places AS
  SELECT w.*, '' AS prefix, CASE part WHEN '' THEN '' ELSE format('(%I)', part) END AS columns,
    format('%s %s', t.kind, now_identity) AS target, CASE part WHEN '' THEN 0 ELSE 2 END AS pass,
    CASE part WHEN '' THEN COALESCE(t.acl, acldefault(word::"char", t.owner)) ELSE attacl END AS acl
  FROM wanted w JOIN pg_roles r ON r.rolname = w.owner JOIN (
    SELECT kind, oid, owner, acl, word, (pg_identify_object(catalog, oid, 0)).identity AS now_identity FROM ("""
    + THINGS
    + """) AS any_thing WHERE kind IN (SELECT kind FROM wanted)
      AND (kind <> 'LARGE OBJECT' OR oid::text IN (SELECT identity FROM wanted))
  ) AS t ON t.kind = w.kind AND now_identity = w.identity AND t.owner = r.oid
  LEFT JOIN pg_attribute a ON part <> '' AND attrelid = t.oid AND attname = part AND NOT attisdropped
  WHERE part = '' OR attname IS NOT NULL
  UNION ALL SELECT w.*, format('ALTER DEFAULT PRIVILEGES FOR ROLE %I', w.owner)
      || CASE part WHEN '' THEN '' ELSE format(' IN SCHEMA %I', part) END, '',
    CASE identity WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES'
      WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END, 1,
    COALESCE(defaclacl, CASE part WHEN '' THEN acldefault(translate(identity, 'S', 's')::"char", r.oid) END)
  FROM wanted w JOIN pg_roles r ON r.rolname = w.owner LEFT JOIN pg_namespace n ON nspname = part
  LEFT JOIN pg_default_acl d ON defaclrole = r.oid AND defaclnamespace = COALESCE(n.oid, 0)
    AND defaclobjtype::text = identity
  WHERE kind = 'DEFAULT' AND (part = '' OR n.oid IS NOT NULL);
CREATE TEMPORARY VIEW changed AS SELECT p.* FROM places p
  CROSS JOIN LATERAL (SELECT COALESCE(jsonb_agg(g ORDER BY g), '[]') FROM jsonb_array_elements(grants) AS g
    WHERE g ->> 0 IS NULL OR g ->> 0 IN (SELECT rolname FROM pg_roles)) AS w (said)
  CROSS JOIN LATERAL (SELECT COALESCE(jsonb_agg(g ORDER BY g), '[]') FROM aclexplode(acl) AS e,
    jsonb_build_array(CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee) END, privilege_type, is_grantable,
      pg_get_userbyid(grantor)) AS g) AS n (found)
  WHERE said <> found;
"""
)
# By whom it was given, where that role can still give it; else by the owner.
_GIVE = r"""
CREATE TEMPORARY TABLE turn AS SELECT * FROM changed WHERE pass BETWEEN :first AND :last;
SELECT format('%s REVOKE ALL %s ON %s FROM %s CASCADE', prefix, columns, target, grantee)
  FROM (SELECT DISTINCT prefix, columns, target, CASE e.grantee WHEN 0 THEN 'PUBLIC'
    ELSE quote_ident(pg_get_userbyid(e.grantee)) END AS grantee FROM turn, aclexplode(acl) AS e) AS revoked \gexec
SELECT CASE WHEN grantor = owner OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = grantor) THEN command
  ELSE format('DO %L', format('BEGIN SET LOCAL ROLE %I; %s; RESET ROLE; EXCEPTION WHEN insufficient_privilege THEN %s;'
    ' END', grantor, command, command)) END
  FROM (SELECT kind, target, number, owner, g ->> 3 AS grantor, format('%s GRANT %s %s ON %s TO %s%s', prefix, g ->> 1,
      columns, target, COALESCE(quote_ident(g ->> 0), 'PUBLIC'),
      CASE WHEN (g ->> 2)::boolean THEN ' WITH GRANT OPTION' ELSE '' END) AS command
    FROM turn, jsonb_array_elements(grants) WITH ORDINALITY AS e (g, number)
    WHERE g ->> 0 IS NULL OR g ->> 0 IN (SELECT rolname FROM pg_roles)) AS given
  ORDER BY kind <> 'SCHEMA', target, number \gexec
DROP TABLE turn;
"""
# To revoke something of a table revokes it of its columns too, so columns come last. Each GRANT would have the record
# looked through by its event trigger, which takes minutes for thousands of tables; it is refreshed behind all of them.
_GIVE_ALL = (
    _CHANGED
    + "SET session_replication_role = replica;\n\\set first 0\n\\set last 1\n"
    + _GIVE
    + "\\set first 2\n\\set last 2\n"
    + _GIVE
    + "RESET session_replication_role;\n"
)
# What is made in the live database gets its owner's default privileges of today.
_AND_NO_OTHERS = (
    """
INSERT INTO wanted SELECT kind, identity, part, owner, CASE part WHEN '' THEN (
    SELECT jsonb_agg(jsonb_build_array(CASE grantee WHEN 0 THEN NULL ELSE pg_get_userbyid(grantee) END,
      privilege_type, is_grantable, pg_get_userbyid(grantor))) FROM aclexplode(acldefault(CASE kind WHEN 'TABLE'
      THEN 'r' WHEN 'SEQUENCE' THEN 's' WHEN 'ROUTINE' THEN 'f' WHEN 'TYPE' THEN 'T' ELSE 'n' END::"char", r.oid)))
    ELSE '[]' END
  FROM ("""
    + GRANTED
    + """) AS g JOIN pg_roles r ON rolname = owner
  WHERE schema IN (SELECT json_array_elements_text(:'schemas')) AND kind <> 'DEFAULT' AND NOT EXISTS (
    SELECT FROM wanted w WHERE (w.kind, w.identity, w.part, w.owner) = (g.kind, g.identity, g.part, g.owner));
"""
)
_END = "DROP VIEW changed, places;\nDROP TABLE wanted;\n"

GIVE_WANTED = _GIVE_ALL + _END
"""Behind RECORDED, which takes down what the database's own record has: event triggers change that on the way."""
_GIVE_THESE = _WANTED + _AND_NO_OTHERS + GIVE_WANTED + REFRESH_GRANTS


def read_grants(psql: Psql, schemas: Sequence[str] | None = None) -> Rows:
    """The grants on these schemas and on what is in them; without any, all that the database has."""
    found: Rows = psql.json(_READ, schemas=schemas)
    return found


def give_grants(psql: Psql, rows: Rows, schemas: Sequence[str] = ()) -> None:
    """Give them again, and no others in these schemas. The database has a record of them afterwards."""
    execute_soon(psql, _GIVE_THESE, grants=rows, schemas=schemas)


def has_record(psql: Psql) -> bool:
    """Whether the database has written down its grants, which one that Petbase has not seen yet has not."""
    return psql.value(HAS_RECORD) == "t"


def renamed_role(rows: Rows, was: str, role: str) -> Rows:
    """The same grants where a role has another name by now."""

    def now(name: str | None) -> str | None:
        return role if name == was else name

    def of(grants: Sequence[Sequence[Any]]) -> list[list[Any]]:
        return [[now(to), what, may_pass, now(by)] for to, what, may_pass, by in grants]

    return [{**row, "owner": now(row["owner"]), "grants": of(row["grants"])} for row in rows]


def recorded_roles(psql: Psql) -> list[str]:
    """The roles that a database's record of grants names."""
    found: list[str] = psql.json(_ROLES) if has_record(psql) else []
    return found
