"""The database's sessions: too many, or idle in a transaction for too long."""

from __future__ import annotations

from host.check.findings import Findings, duration
from host.core.limits import CONNECTIONS_PERCENT, IDLE_SECONDS
from host.postgres.psql import Psql, SqlError

# All names resolve in pg_catalog: this runs as the superuser, and an app may own functions of any name.
_SESSIONS = """
SET search_path = pg_catalog;
SELECT json_build_object(
  'used', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'most', current_setting('max_connections')::int,
  'idle', (SELECT COALESCE(json_agg(json_build_object(
      'pid', pid, 'role', COALESCE(usename, ''), 'seconds', extract(epoch FROM now() - state_change)::int
    ) ORDER BY state_change), '[]') FROM pg_stat_activity
    WHERE starts_with(state, 'idle in transaction') AND state_change < now() - make_interval(secs => :'idle_seconds')));
"""


def look_at_sessions(found: Findings) -> None:
    """How many there are, and which hold a transaction open without working."""
    try:
        told = Psql(found.host, found.service, "postgres").json(_SESSIONS, idle_seconds=IDLE_SECONDS)
    except SqlError as error:
        found.problem(
            f"{found.service} does not answer a query: {error.reason}. Look at: dokku postgres:logs {found.service}"
        )
        return
    found.connections, found.max_connections = told["used"], told["most"]
    if told["used"] * 100 > told["most"] * CONNECTIONS_PERCENT:
        found.problem(
            f"{told['used']} of {told['most']} connections are in use; once all are, apps are refused. Let each app "
            "open fewer, or raise database.config max_connections"
        )
    for session in told["idle"]:
        found.idle_transactions += 1
        idle = duration(session["seconds"])
        found.problem(
            f"a session of {session['role']} has been idle in a transaction for {idle}, and may hold locks. End it: "
            f"./petbase psql, SELECT pg_terminate_backend({session['pid']})"  # shown, not run
        )
