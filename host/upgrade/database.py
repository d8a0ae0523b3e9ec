"""Roles and the database of one service made anew in another: passwords, encoding and sorting, who may connect."""

import json
from collections.abc import Sequence
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.placing.live_schemas import require_no_dependents
from host.postgres.psql import Psql, SqlError, beside, container, database_name
from host.scratch.database import drop_scratch

_LIKE = """
SELECT json_build_object('encoding', pg_encoding_to_char(encoding), 'lc_collate', datcollate, 'lc_ctype', datctype,
    'provider', to_jsonb(d) ->> 'datlocprovider', 'connections', datconnlimit,
    'locale', COALESCE(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
    'grants', (SELECT COALESCE(json_agg(json_build_array(privilege_type, rolname)), '[]')
      FROM aclexplode(datacl) JOIN pg_roles r ON r.oid = grantee))
  FROM pg_database d WHERE datname = :'name';
"""
# From template0, since what somebody put into template1 is in the dump too.
_CREATE = r"""
CREATE TEMPORARY TABLE facts AS SELECT * FROM json_to_record(:'facts') AS f (
  encoding text, lc_collate text, lc_ctype text, provider text, locale text, connections int, grants json);
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', :'name',
    encoding, lc_collate, lc_ctype)
  || CASE provider WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', locale)
    WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', locale) ELSE '' END FROM facts \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'name') \gexec
SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s', :'name', connections) FROM facts \gexec
SELECT format('GRANT %s ON DATABASE %I TO %I', pair ->> 0, :'name', pair ->> 1)
  FROM facts, json_array_elements(grants) AS pair \gexec
"""
_DROP = r"""
SELECT format('DROP SCHEMA %I CASCADE', schema) FROM json_array_elements_text(:'schemas') AS schema \gexec
"""
# The superuser is there already; the others are lines that a newer psql knows and an older one does not.
_LEFT_OUT = ("CREATE ROLE postgres;", "\\restrict ", "\\unrestrict ")


def create_like(host: Host, service: str, other: str) -> None:
    """Make the live database of `service` in `other`, empty; what has its name there goes."""
    name = database_name(service)
    drop_scratch(host, other, name)
    facts: dict[str, Any] = beside(host, service).json(_LIKE, name=name)
    beside(host, other).execute(_CREATE, name=name, facts=json.dumps(facts))


def drop_own(host: Host, other: str) -> None:
    """Drop the database that the plugin made for `other` itself: it would stay in the live service, open to all."""
    drop_scratch(host, other, database_name(other))


def drop_schemas(psql: Psql, schemas: Sequence[str]) -> None:
    """Drop schemas with all that is in them. HostError where something of another schema needs them."""
    if schemas:
        require_no_dependents(psql, schemas)
        psql.execute(_DROP, schemas=list(schemas))


def copy_roles(host: Host, service: str, other: str) -> None:
    """Make the roles of `service` in `other`, and give its superuser the same password."""
    dumped = host.ask("docker", "exec", container(service), "pg_dumpall", "--username", "postgres", "--roles-only")
    if not dumped.ok:
        raise HostError("the roles could not be read", dumped.stderr)
    lines = [line for line in dumped.stdout.splitlines() if not line.startswith(_LEFT_OUT)]
    answer = host.ask(*Psql(host, other, "postgres").words(), stdin="\n".join([*lines, ""]))
    if not answer.ok:
        # Its whole output may show a line with the digest of a password.
        reason = SqlError("", answer.stderr, answer.code).reason
        raise HostError(f"the new PostgreSQL does not take the roles ({reason})")
