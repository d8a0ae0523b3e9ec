"""The role that loads a dump on this machine: what an app wrote runs while it is loaded, with that role's rights.

It may connect to the one local database, owns the schemas that are replaced and nothing else, and goes when its
things have become the local user's. A run that was cut off is tidied up by the next one. A local user who may not make
roles loads it himself, as long as nothing but this app's data is his.
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
_OWNS = """
SELECT nspname FROM pg_namespace n WHERE nspname !~ '^pg_' AND nspname NOT IN (
    SELECT json_array_elements_text(:'spared')) AND (nspowner = current_user::regrole OR EXISTS (
    SELECT FROM pg_class WHERE relnamespace = n.oid AND relowner = current_user::regrole)) ORDER BY 1;
"""
# Whose the schemas were before is written on the role, so that a load that did not happen gives them back.
_MAKE = r"""
BEGIN;
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
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :'role';"
_DISMISS = r"""
BEGIN;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :'role';
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, owner) FROM pg_roles r,
  json_to_recordset(shobj_description(r.oid, 'pg_authid')::json) AS was (oid oid, owner text)
  JOIN pg_namespace n ON n.oid = was.oid JOIN pg_roles o ON o.rolname = owner WHERE r.rolname = :'role' \gexec
SELECT format(command, rolname) FROM pg_roles, unnest(ARRAY['REASSIGN OWNED BY %I TO CURRENT_USER', 'DROP OWNED BY %I',
  'DROP ROLE %I']) WITH ORDINALITY AS c (command, turn) WHERE rolname = :'role' ORDER BY turn \gexec
COMMIT;
"""


def require_right(target: Local, place: Place, spared: Sequence[str]) -> None:
    """RefusedError where the local user cannot make it, and owns more than the schemas that are `spared`."""
    more = [] if _may_make_roles(target) else target.ask(_OWNS, spared=spared)
    if more:
        raise RefusedError(
            "An app's own code runs while its data is loaded, so a role without rights loads it. "
            f"{place.user} may not make one, and owns other data there: {printable(', '.join(more))}. Let a superuser "
            "of your PostgreSQL give that user CREATEROLE, or use a database without other data: --to URL"
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


def end(target: Local, place: Place) -> None:
    """End its sessions."""
    target.ask(_END, role=name(place))


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
