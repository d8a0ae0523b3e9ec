"""The end of an exchange of schemas, by the run that began it or by the next one."""

from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.placing import extensions
from host.placing.live_schemas import oids
from host.postgres.grants import give_grants
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql, live

LOADER = "petbase load of an app"
_TRIES, _PAUSE_SECONDS = 100, 0.1
_SESSIONS = """
SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :'loader') AS sessions
"""
_FORGET = r"""
SELECT format(command, :'loader', :'role') FROM pg_roles, unnest(ARRAY['REASSIGN OWNED BY %I TO %I', 'DROP OWNED BY %I',
  'DROP ROLE %I']) WITH ORDINALITY AS c (command, turn) WHERE rolname = :'loader' ORDER BY turn \gexec
"""
_SET_ASIDE = r"""
BEGIN;
CREATE TEMPORARY TABLE aside ON COMMIT DROP AS
  SELECT n.oid, nspname, nspacl, note FROM json_to_recordset(:'aside') AS a (oid oid, name text, note text)
  JOIN pg_namespace n ON n.oid = a.oid AND nspname = name;
SELECT format('ALTER SCHEMA %I OWNER TO postgres', nspname), format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', nspname),
  format('COMMENT ON SCHEMA %I IS %L', nspname, note) FROM aside \gexec
SELECT format('REVOKE ALL ON SCHEMA %I FROM %I CASCADE', nspname, rolname) FROM aside, aclexplode(nspacl)
  JOIN pg_roles r ON r.oid = grantee WHERE rolname <> 'postgres' \gexec
COMMIT;
"""


def finish(host: Host, service: str) -> None:
    """What is left to do of an exchange: the old schemas get their note and the superuser, the new their grants."""
    found: dict[str, Any] | None = host.state.read(state_name(service))
    if not found:
        return
    psql = live(host, service)
    _wait_for_its_end(host, psql)
    extensions.forget(psql)
    psql.execute(_FORGET, loader=LOADER, role=found["role"])
    done = {row["name"] for row in found["aside"]} <= {*oids(psql)}
    psql.execute(_SET_ASIDE, aside=found["aside"])
    if done:
        give_grants(psql, found.get("grants", []), found.get("new", []))
    restore_owners(psql)
    host.state.remove(state_name(service))


def end_sessions_of_loader(psql: Psql) -> bool:
    """End what still loads; whether anything did."""
    return psql.value(_SESSIONS, loader=LOADER) != "0"


def _wait_for_its_end(host: Host, psql: Psql) -> None:
    """An exchange whose run was cut may still be at its last word."""
    for _ in range(_TRIES):
        if not end_sessions_of_loader(psql):
            return
        host.sleep(_PAUSE_SECONDS)
    raise HostError("an earlier restore has not ended yet; run the same command again in a minute")


def state_name(service: str) -> str:
    """Where an exchange that began is noted."""
    return f"services/{service}/exchange"
