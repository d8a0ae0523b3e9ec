"""The role that loads a dump on this machine: what an app wrote runs while it is loaded, with that role's rights.

It may connect to the one local database, owns the schemas that are replaced and nothing else, and is dropped when its
things have become the local user's. A run that was cut off is tidied up by the next one. A local user who may not make
roles loads it himself, as long as he may use nothing but this app's data.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from host.values.text import printable
from operate.core.errors import PetbaseError, RefusedError
from operate.pull.local_postgres import Local, Place

_NAME_BYTES = 63
_MAY_MAKE_ROLES = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user;"
# What extensions hold, and the extensions that pull makes, are not data. Of other databases only their
# names and settings can be reached from here, by their owner.
_MAY_USE = """
WITH mine AS (
  SELECT classid, objid, schema AS home, format('%s %s', type, identity) AS what
    FROM pg_shdepend d CROSS JOIN LATERAL pg_identify_object(classid, objid, 0)
    WHERE refclassid = 'pg_authid'::regclass AND refobjid = current_user::regrole
    AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND deptype IN ('o', 'a')
      OR dbid = 0 AND deptype = 'o')
    AND classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')),
spared AS (SELECT json_array_elements_text(:'spared') AS name)
SELECT 'the role ' || g.rolname FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid
  WHERE member = current_user::regrole
UNION SELECT what FROM mine
  WHERE NOT (classid = 'pg_database'::regclass
      AND objid = (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND NOT (classid = 'pg_namespace'::regclass AND objid IN (SELECT oid FROM pg_namespace WHERE nspname IN (
    SELECT name FROM spared UNION SELECT json_array_elements_text(:'homes'))))
  AND NOT EXISTS (SELECT FROM spared WHERE home IN (name, quote_ident(name)))
ORDER BY 1;
"""
_MOST_NAMED = 5
# Whose the schemas were before is written on the role, so that a load that did not happen gives them back.
_MAKE = r"""
BEGIN READ WRITE;
CREATE ROLE :"role" LOGIN PASSWORD :'password';
GRANT :"role" TO CURRENT_USER;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"database" TO :"role";
SELECT format('COMMENT ON ROLE %I IS %L', :'role', json_agg(json_build_object('oid', n.oid, 'owner', rolname)))
  FROM pg_namespace n JOIN pg_roles r ON r.oid = nspowner
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) HAVING count(*) > 0 \gexec
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'role') FROM pg_namespace
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) \gexec
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, :'role') FROM pg_namespace
  WHERE nspname IN (SELECT json_array_elements_text(:'used')) \gexec
COMMIT;
"""
_END = "SELECT pg_terminate_backend(:'process'::int, 5000);"
_DISMISS = r"""
BEGIN READ WRITE;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :'role';
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, owner) FROM pg_roles r,
  json_to_recordset(shobj_description(r.oid, 'pg_authid')::json) AS was (oid oid, owner text)
  JOIN pg_namespace n ON n.oid = was.oid JOIN pg_roles o ON o.rolname = owner WHERE r.rolname = :'role' \gexec
SELECT format(command, rolname) FROM pg_roles, unnest(ARRAY['REASSIGN OWNED BY %I TO CURRENT_USER', 'DROP OWNED BY %I',
  'DROP ROLE %I']) WITH ORDINALITY AS c (command, turn) WHERE rolname = :'role' ORDER BY turn \gexec
COMMIT;
"""


def require_right(target: Local, place: Place, spared: Sequence[str], homes: Sequence[str] = ()) -> None:
    """RefusedError where the local user cannot make it, and may use more than the schemas that are `spared`.

    `homes` are the schemas where extensions are.
    """
    more = [] if _may_make_roles(target) else target.ask(_MAY_USE, spared=spared, homes=homes)
    if more:
        others = f" and {len(more) - _MOST_NAMED} more" if len(more) > _MOST_NAMED else ""
        raise RefusedError(
            "An app's own code runs while its data is loaded, so a role without rights loads it. "
            f"{place.user} may not make one, and may use other data there: {printable(', '.join(more[:_MOST_NAMED]))}"
            f"{others}. Let a superuser of your PostgreSQL give that user CREATEROLE, or use a database and a user "
            "without other data: --to URL"
        )


def _may_make_roles(target: Local) -> bool:
    return target.ask(_MAY_MAKE_ROLES) == ["t"]


@contextmanager
def loading(target: Local, place: Place, schemas: Sequence[str], used: Sequence[str]) -> Iterator[Local]:
    """The database as the loading role finds it, which owns `schemas` as far as they are there, and may look into those
    that are `used`. Afterwards all that it owns is the local user's.
    """
    if not _may_make_roles(target):
        yield target
        return
    role, password = name(place), secrets.token_hex(24)
    target.ask(_DISMISS, role=role)
    try:
        make(target, place, password, schemas, used)
        login = {"user": role, "password": password, "dbname": place.database}
        loader = replace(target, settings={**target.settings, **login})
        _require_login(loader, place)
        yield loader
    finally:
        target.ask(_DISMISS, role=role)


def end(target: Local, process: str) -> None:
    """End the session that loads, which may not listen to its client."""
    if process:
        target.ask(_END, process=process)


def name(place: Place) -> str:
    """What it is called, the same in each run."""
    return f"petbase pull into {place.database}".encode()[:_NAME_BYTES].decode(errors="ignore")


def make(target: Local, place: Place, password: str, schemas: Sequence[str], used: Sequence[str]) -> None:
    """Make it, and give it the schemas."""
    target.ask(_MAKE, role=name(place), password=password, database=place.database, schemas=schemas, used=used)


def _require_login(loader: Local, place: Place) -> None:
    try:
        loader.ask("SELECT 1;")
    except PetbaseError as problem:
        raise PetbaseError(
            f"Nothing was changed. PostgreSQL lets only {place.user} log in there, and pull needs a temporary role "
            f"({problem}). By TCP it may work: --to postgres://{place.user}@localhost/{place.database}"
        ) from None
