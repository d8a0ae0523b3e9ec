"""Statements that do not wait for ever: an app can hold a lock by a transaction that it leaves open.

Without a limit, one `BEGIN; ALTER ROLE …` of one app would stop every later link of all of them.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from host.core.errors import HostError
from host.postgres.psql import Psql, SqlError, script
from host.programs.beside import beside
from host.programs.runner import Process
from host.values.prepared_transactions import HOW_TO_ROLL_BACK
from host.values.sql_names import ending, identifier

# Limits that PostgreSQL before 17, or 14, does not know: no session of this kind may end by one.
_NAMED = r"""
SET application_name = :'session';
SELECT set_config(name, '0', false) FROM pg_settings
  WHERE name IN ('transaction_timeout', 'idle_session_timeout') \g /dev/null
"""
_LIMIT = _NAMED + "SET lock_timeout = '10s';\n"
_TIMED_OUT = "lock timeout"
_FIRST_LOOK_SECONDS, _PAUSE_SECONDS = 2.0, 1.0
DUMP_LIMIT = ("--lock-wait-timeout", "30s")
"""For pg_dump beside `holding`. A statement of an app that waits for that session's locks (TRUNCATE, a migration) makes
pg_dump wait behind it, and that session waits for pg_dump in this program: PostgreSQL sees no deadlock.
"""
# A prepared transaction has no session: PostgreSQL gives 0 for its number.
_BLOCKERS = """
WITH blockers AS (SELECT unnest(pg_blocking_pids(pid)) AS pid FROM pg_stat_activity
  WHERE application_name = :'session')
SELECT COALESCE(json_agg(DISTINCT found), '[]') FROM (
  SELECT jsonb_build_object('role', usename, 'pid', pid, 'state', state,
      'seconds', extract(epoch FROM now() - xact_start)::int) AS found
    FROM blockers JOIN pg_stat_activity USING (pid)
  UNION ALL SELECT jsonb_build_object('role', owner, 'pid', 0, 'state', 'prepared',
      'seconds', extract(epoch FROM now() - prepared)::int)
    FROM pg_prepared_xacts WHERE database = current_database() AND 0 IN (SELECT pid FROM blockers)) AS found
"""


def execute_soon(psql: Psql, sql: str, **values: object) -> str:
    """Run SQL that waits at most ten seconds for each lock. HostError that names the session that holds it."""
    with _watched(psql) as (session, blockers):
        try:
            return psql.execute(_LIMIT + sql, session=session, **values)
        except SqlError as problem:
            if _TIMED_OUT not in problem.reason:
                raise
    raise HostError(_sentence(psql.service, blockers, 10))


@contextmanager
def holding(psql: Psql, sql: str, **values: object) -> Iterator[tuple[Process, int]]:
    """A session that keeps the locks of `sql` for the length of a block, wherever this program is cut; and its number,
    which `sql` selects last. HostError that names the session that holds a table for more than 30 seconds.
    """
    process = psql.host.start(*psql.words())
    try:
        with _watched(psql) as (session, blockers):
            process.write(script(_NAMED + sql, session=session, **values))
            pid = process.read_line()
        if not pid.isdecimal():
            raise HostError(_sentence(psql.service, blockers, 30), process.finish().output)
        yield process, int(pid)
    finally:
        process.kill()


@contextmanager
def _watched(psql: Psql) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A session's name for the length of a block, and who keeps it waiting, asked from another session again and again:
    once the statement has given up, no blocker is left to see.
    """
    session = f"petbase-{os.getpid()}-{threading.get_ident()}"
    blockers: list[dict[str, Any]] = []

    def look() -> None:
        with suppress(SqlError):
            blockers[:] = psql.json(_BLOCKERS, session=session) or blockers

    with beside(look, _PAUSE_SECONDS, _FIRST_LOOK_SECONDS):
        yield session, blockers


def _sentence(service: str, blockers: list[dict[str, Any]], seconds: int) -> str:
    if not blockers:
        return f"{service}: another session held a lock for more than {seconds} seconds; run this again"
    one = blockers[0]
    role = identifier(one["role"])
    age = f"{one['seconds']} s" if one["seconds"] < 120 else f"{one['seconds'] // 60} min"
    if not one["pid"]:
        return (
            f"{service}: the role {role} holds a lock that is needed here, by a prepared transaction of {age} ago. End "
            f"it: {HOW_TO_ROLL_BACK}"
        )
    return (
        f"{service}: the role {role} holds a lock that is needed here, by a transaction that has been open for {age} "
        f"(pid {one['pid']}, {one['state']}). Run this again when it has ended, or end it: ./petbase psql --command "
        f"'{ending(one['pid'])}'"
    )
