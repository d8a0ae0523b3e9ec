"""A loaded database as the live one is: its settings, who may connect, whose its objects are.

A database's own settings are in no dump. A role may store any text as its setting (ALTER ROLE … SET search_path
FROM CURRENT), so values are taken apart and written again as literals, an element at a time.
"""

from typing import Any

from host.core.host import Host
from host.loading.named_roles import ensure_named
from host.postgres.grants import give_grants, has_record, read_grants, recorded_roles
from host.postgres.owners import restore_owners
from host.postgres.psql import beside, database_name, inside, live
from host.values.stored_setting import elements
from host.values.text import printable

_STORED = """
SELECT COALESCE(json_agg(json_build_object('role', COALESCE(rolname, ''), 'name', split_part(c, '=', 1),
    'value', substr(c, strpos(c, '=') + 1)) ORDER BY rolname, turn), '[]')
  FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase LEFT JOIN pg_roles r ON r.oid = setrole,
    unnest(setconfig) WITH ORDINALITY AS u (c, turn) WHERE datname = :'name' AND (setrole = 0 OR rolname IS NOT NULL)
"""
# One that PostgreSQL does not take any more is left out, and must not stop the others.
_COPY = r"""
SELECT format('ALTER DATABASE %I RESET ALL', :'name') \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', rolname, :'name') FROM pg_db_role_setting
  JOIN pg_roles r ON r.oid = setrole JOIN pg_database d ON d.oid = setdatabase WHERE datname = :'name' \gexec
\set ON_ERROR_STOP off
SELECT format('ALTER %s SET %I = %s', CASE role WHEN '' THEN format('DATABASE %I', :'name')
    ELSE format('ROLE %I IN DATABASE %I', role, :'name') END, name, COALESCE(
      (SELECT string_agg(quote_literal(element), ', ') FROM json_array_elements_text(elements) AS element), ''''''))
  FROM json_to_recordset(:'settings') AS s (role text, name text, elements json) \gexec
\set ON_ERROR_STOP on
SELECT format('GRANT %s ON DATABASE %I TO %I', privilege_type, :'name', rolname)
  FROM pg_database, aclexplode(datacl) JOIN pg_roles r ON r.oid = grantee WHERE datname = :'live' \gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', :'name', datconnlimit) FROM pg_database
  WHERE datname = :'live' \gexec
"""


def settle(host: Host, service: str, name: str) -> None:
    """Make a database ready to take the live one's place. One that has no record of its grants gets the live one's."""
    host.step(f"{service}: giving every object to its app's role, and to others what they were granted")
    copy_settings(host, service, name)
    psql = inside(host, service, name)
    recorded = has_record(psql)
    ensure_named(host, service, recorded_roles(psql))
    restore_owners(psql)
    if not recorded:
        give_grants(psql, read_grants(live(host, service)))


def copy_settings(host: Host, service: str, name: str, source: str = "") -> None:
    """Give a database what belongs to the live one, or to that of another service, `source`, which has the same name.

    Settings that cannot be copied are named.
    """
    psql, live = beside(host, service), database_name(source or service)
    settings = [_parsed(one) for one in beside(host, source or service).json(_STORED, name=live)]
    wanted = [one for one in settings if one["elements"] is not None]
    psql.execute(_COPY, name=name, live=live, settings=wanted)
    there = {(one["role"], one["name"]) for one in psql.json(_STORED, name=name)}
    for one in settings:
        if (one["role"], one["name"]) not in there:
            whose = f"the role {printable(one['role'])}" if one["role"] else "the database"
            host.step(f"{service}: the setting {printable(one['name'])} of {whose} means nothing, and is left out")


def _parsed(setting: dict[str, str]) -> dict[str, Any]:
    return {"role": setting["role"], "name": setting["name"], "elements": elements(setting["name"], setting["value"])}
