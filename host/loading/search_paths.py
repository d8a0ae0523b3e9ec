"""Where functions look for names while rows come that were live a moment ago: where the app's own sessions look.

A load has no search_path, and code that names a table without its schema fails there, though it works every day. And
whose code runs as rows come at all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from host.loading.loaders import Loaders
from host.postgres.psql import Psql
from host.values.stored_setting import elements

# The setting of the schema's owner or, where that does not log in, of a role that is a member of it.
_SETTINGS = """
SELECT COALESCE(json_object_agg(owner, value), '{}') FROM (
  SELECT DISTINCT ON (o.rolname) o.rolname AS owner, substr(c, strpos(c, '=') + 1) AS value
  FROM pg_roles o JOIN pg_db_role_setting s ON setrole = o.oid
      OR setrole IN (SELECT member FROM pg_auth_members WHERE roleid = o.oid)
    JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) AS c
  WHERE datname = current_database() AND starts_with(c, 'search_path=')
  ORDER BY o.rolname, setrole = o.oid DESC) AS settings
"""
_WITHOUT = """
SELECT COALESCE(json_agg(json_build_object('oid', p.oid, 'role', rolname)), '[]') FROM pg_proc p
  JOIN pg_roles r ON r.oid = proowner JOIN pg_language l ON l.oid = prolang
  WHERE rolname IN (SELECT role FROM json_to_recordset(:'paths') AS w (role text))
    AND lanname NOT IN ('c', 'internal') AND prokind <> 'a'
    AND NOT EXISTS (SELECT FROM unnest(proconfig) AS c WHERE starts_with(c, 'search_path='))
"""
_SET = r"""
SELECT format('ALTER ROUTINE %s SET search_path = %s', p.oid::regprocedure, path)
  FROM json_to_recordset(:'routines') AS f (oid oid, role text) JOIN pg_proc p ON p.oid = f.oid
  JOIN (SELECT role, (
      SELECT string_agg(quote_literal(one), ', ') FROM json_array_elements_text(elements) AS one)
    AS path FROM json_to_recordset(:'paths') AS w (role text, elements json)) AS wanted ON wanted.role = f.role \gexec
"""
_RESET = r"""
SELECT format('ALTER ROUTINE %s RESET search_path', p.oid::regprocedure)
  FROM json_to_recordset(:'routines') AS f (oid oid) JOIN pg_proc p ON p.oid = f.oid \gexec
"""
# Where something that an app wrote runs as rows come (a check, a domain, a generated column, a partition's key), it may
# read other tables, and only the dump's own order has their rows there by then.
_ONE_BY_ONE = """
WITH runs AS (SELECT classid, objid FROM pg_depend d
  WHERE refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND refobjid >= 16384 AND NOT EXISTS (
    SELECT FROM pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')),
owners AS (
  SELECT relowner AS owner FROM runs JOIN pg_constraint c ON classid = 'pg_constraint'::regclass AND objid = c.oid
    JOIN pg_class t ON t.oid = conrelid
  UNION SELECT typowner FROM runs JOIN pg_constraint c ON classid = 'pg_constraint'::regclass AND objid = c.oid
    JOIN pg_type t ON t.oid = contypid
  UNION SELECT relowner FROM runs JOIN pg_class c ON classid = 'pg_class'::regclass AND objid = c.oid
  UNION SELECT relowner FROM runs JOIN pg_attrdef a ON classid = 'pg_attrdef'::regclass AND objid = a.oid
    JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum AND attgenerated <> ''
    JOIN pg_class c ON c.oid = adrelid)
SELECT COALESCE(json_agg(rolname), '[]') FROM owners JOIN pg_roles r ON r.oid = owner
"""


def of_roles(live: Psql) -> dict[str, list[str]]:
    """The search_path of each role that has one in the live database."""
    found = {role: elements("search_path", value) for role, value in live.json(_SETTINGS).items()}
    return {role: path for role, path in found.items() if path}


@contextmanager
def followed(loaders: Loaders, paths: Mapping[str, list[str]]) -> Iterator[None]:
    """Let functions that have no search_path of their own look where their owner's sessions do, for a block."""
    wanted = [
        {"role": role, "elements": paths[loader.name]} for loader, role in loaders.roles.items() if loader.name in paths
    ]
    routines = loaders.psql.json(_WITHOUT, paths=wanted) if wanted else []
    if not routines:
        yield
        return
    loaders.psql.execute(_SET, routines=routines, paths=wanted)
    yield
    loaders.psql.execute(_RESET, routines=routines)


def run_code(psql: Psql) -> set[str]:
    """The loading roles whose own code runs as rows come."""
    return set(psql.json(_ONE_BY_ONE))
