"""The database's sessions: too many, idle in a transaction, in the way of another role's, or a dump without an end; and
whose data it lacks since an upgrade.
"""

from typing import Any

from host.check.findings import Findings, duration
from host.postgres.psql import Psql, SqlError
from host.restore.held_back import WAY_OUT, all_held_back, in_words
from host.values.prepared_transactions import HOW_TO_ROLL_BACK, PREPARED_TRANSACTIONS, PreparedTransactions
from host.values.sql_names import dropping, ending, identifier
from host.values.text import size
from host.watch.limits import BLOCK_SECONDS, CONNECTIONS_PERCENT, DUMP_SECONDS, IDLE_SECONDS, SLOT_BYTES

# All names resolve in pg_catalog: this runs as the superuser, and an app may own functions of any name. An app may call
# itself pg_dump too, so only a superuser's session counts as a dump.
_SESSIONS = (
    """
SET search_path = pg_catalog;
SELECT json_build_object(
  'used', (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
  'most', current_setting('max_connections')::int,
  'takes_no_write', pg_is_in_recovery() OR EXISTS (SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting
    WHERE setrole = 0 AND setting ~ '^default_transaction_read_only=(on|true|yes|1)$'),
  'slots', (SELECT COALESCE(json_agg(json_build_object('name', slot_name, 'bytes', kept) ORDER BY slot_name), '[]')
    FROM (SELECT slot_name, CASE WHEN pg_is_in_recovery() THEN 0
        ELSE pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint END AS kept
      FROM pg_replication_slots WHERE NOT active) AS unused WHERE kept > :'slot_bytes'::bigint),
  'archiving_fails', (SELECT last_failed_time > COALESCE(last_archived_time, '-infinity') FROM pg_stat_archiver
    WHERE current_setting('archive_mode') <> 'off'),
  'idle', (SELECT COALESCE(json_agg(json_build_object(
      'pid', pid, 'role', COALESCE(usename, ''), 'seconds', extract(epoch FROM now() - state_change)::int
    ) ORDER BY state_change), '[]') FROM pg_stat_activity
    WHERE starts_with(state, 'idle in transaction') AND state_change < now() - make_interval(secs => :'idle_seconds')),
  'prepared', """
    + PREPARED_TRANSACTIONS
    + """,
  'blockers', (SELECT COALESCE(json_agg(json_build_object(
      'pid', pid, 'role', role, 'of', others, 'seconds', seconds) ORDER BY seconds DESC), '[]') FROM (
    SELECT b.pid, COALESCE(b.usename, '') AS role, json_agg(DISTINCT COALESCE(w.usename, '')) AS others,
        max(extract(epoch FROM now() - since))::int AS seconds
      FROM pg_locks l CROSS JOIN LATERAL (SELECT (to_jsonb(l) ->> 'waitstart')::timestamptz AS since) AS waiting
      JOIN pg_stat_activity w ON w.pid = l.pid CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocker (pid)
      JOIN pg_stat_activity b ON b.pid = blocker.pid
      WHERE since < now() - make_interval(secs => :'block_seconds') AND w.usesysid <> b.usesysid
      GROUP BY b.pid, b.usename) AS blocking),
  'dumps', (SELECT COALESCE(json_agg(json_build_object(
      'pid', pid, 'seconds', extract(epoch FROM now() - backend_start)::int
    ) ORDER BY backend_start), '[]') FROM pg_stat_activity JOIN pg_roles ON pg_roles.oid = usesysid
    WHERE rolsuper AND application_name = 'pg_dump'
      AND backend_start < now() - make_interval(secs => :'dump_seconds')));
"""
)


def look_at_sessions(found: Findings) -> None:
    """How many there are, and which of them stand in the way."""
    limits = {"idle_seconds": IDLE_SECONDS, "block_seconds": BLOCK_SECONDS, "dump_seconds": DUMP_SECONDS}
    limits["slot_bytes"] = SLOT_BYTES
    try:
        told = Psql(found.host, found.service, "postgres").json(_SESSIONS, **limits)
    except SqlError as error:
        log = f"dokku postgres:logs {found.service}"
        found.problem("postgresql", f"{found.service} does not answer a query: {error.reason}. Look at: {log}")
        return
    if told.get("takes_no_write"):
        found.problem(
            "read only",
            f"{found.service} takes no writes: it is in recovery, or default_transaction_read_only is set for a "
            f"database. Look at: dokku postgres:logs {found.service}",
        )
    found.connections, found.max_connections = told["used"], told["most"]
    if told["used"] * 100 > told["most"] * CONNECTIONS_PERCENT:
        found.problem(
            "connections",
            f"{told['used']} of {told['most']} connections are in use; once all are, apps are refused. Let each app "
            "open fewer, or raise database.config max_connections",
        )
    _look_at_locks(found, told)
    _look_at_wal(found, told)


def look_at_held_back(found: Findings) -> None:
    """Whose data an upgrade left behind: such an app finds none of its tables."""
    for old, verdicts in all_held_back(found.host, found.service).items():
        for one in verdicts:
            found.problem(f"held back {one.name}", f"{one.name} {in_words(one, old)}. To {WAY_OUT}")


def _look_at_wal(found: Findings, told: dict[str, Any]) -> None:
    """What PostgreSQL may not delete fills the disk, and then it stops."""
    for slot in told.get("slots") or ():
        text = f"nothing reads the replication slot {slot['name']}, for which {size(slot['bytes'])} of WAL are kept"
        drop = f"./petbase psql --command '{dropping(slot['name'])}'"
        found.problem(f"slot {slot['name']}", f"{text}. If nothing needs it: {drop}")
    if told.get("archiving_fails"):
        text = "PostgreSQL's archive_command fails, so WAL is kept until the disk is full"
        found.problem("archiving", f"{text}. Look at: dokku postgres:logs {found.service}")


def _look_at_locks(found: Findings, told: dict[str, Any]) -> None:
    for session in told["idle"]:
        found.idle_transactions += 1
        what = f"a session of {identifier(session['role'])} has been idle in a transaction for {_age(session)}"
        found.problem(f"idle {session['pid']}", f"{what}, and may hold locks. {_end(session)}")
    for forgotten in (PreparedTransactions(**one) for one in told.get("prepared") or ()):
        found.problem(f"prepared {forgotten.role}", f"{forgotten.problem}. End it: {HOW_TO_ROLL_BACK}")
    for session in told["blockers"]:
        others = ", ".join(map(identifier, session["of"]))
        what = f"a session of {identifier(session['role'])} has kept {others} waiting for {_age(session)} by its locks"
        found.problem(f"blocks {session['pid']}", f"{what}. {_end(session)}")
    for session in told["dumps"]:
        what = f"a dump has been running for {_age(session)}"
        found.problem("dump running", f"{what}; it may wait for a lock. {_end(session)}")


def _age(session: dict[str, Any]) -> str:
    return duration(session["seconds"])


def _end(session: dict[str, Any]) -> str:
    return f"End it: ./petbase psql --command '{ending(session['pid'])}'"
