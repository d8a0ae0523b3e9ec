"""How many connections each app's role may have, so that all of them together leave room for dumps and restores."""

from host.core.host import Host
from host.link import record as records
from host.postgres.locks import execute_soon
from host.postgres.psql import live
from host.values.connections import LEAST, RESERVED, ROOM

# No app gets more than two fifths, so that the first ones do not stop those to come. Sessions beyond a new limit stay.
# A role that its app is changing at this moment, which a transaction left open could make long, keeps its limit until
# the next time: nothing waits for it here.
_SHARE = (
    r"""
BEGIN;
WITH linked AS (
  SELECT r.oid, connections, count(*) FILTER (WHERE connections IS NULL) OVER () AS others,
    COALESCE(sum(connections) OVER (), 0) AS given
  FROM json_to_recordset(:'links') AS link (role text, connections int)
  JOIN pg_roles r ON rolname = role AND rolcanlogin AND NOT rolsuper
), room AS (
  SELECT current_setting('max_connections')::int AS most, """
    + ROOM
    + r""" AS free
), shares AS (
  SELECT oid, COALESCE(connections, least(most * 2 / 5, greatest(:'least'::int, (free - given) / others))) AS share
  FROM linked, room
)
SELECT format('ALTER ROLE %I CONNECTION LIMIT %s', rolname, share) FROM pg_authid JOIN shares USING (oid)
  WHERE rolconnlimit <> share FOR UPDATE OF pg_authid SKIP LOCKED \gexec
COMMIT;
"""
)


def share_connections(host: Host, service: str) -> None:
    """Give each linked app's role what its stack file says, and the others an equal part of the rest."""
    found = [records.read(host, app, service) for app in host.state.names("apps")]
    links = [
        {"role": link.role, "connections": link.connections} for link in found if link and link.access == records.SCHEMA
    ]
    execute_soon(live(host, service), _SHARE, links=links, reserved=RESERVED, least=LEAST)
