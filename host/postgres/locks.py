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
from host.values.sql_names import ending, identifier

_LIMIT = """
SET application_name = :'session';
SET lock_timeout = '10s';
"""
_TIMED_OUT = "lock timeout"
_FIRST_LOOK_SECONDS, _PAUSE_SECONDS = 2.0, 1.0
_BLOCKERS = """
SELECT COALESCE(json_agg(DISTINCT jsonb_build_object('role', b.usename, 'pid', b.pid, 'state', b.state,
  'seconds', extract(epoch FROM now() - b.xact_start)::int)), '[]')
FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS blocker (pid)
JOIN pg_stat_activity b ON b.pid = blocker.pid WHERE w.application_name = :'session'
"""


def execute_soon(psql: Psql, sql: str, **values: object) -> str:
    """Run SQL that waits at most ten seconds for each lock. HostError that names the session that holds it."""
    session = f"petbase-{os.getpid()}-{threading.get_ident()}"
    blockers: list[dict[str, Any]] = []

    def look() -> None:
        """From another session, again and again: once the statement has given up, no blocker is left to see."""
        with suppress(SqlError):
            blockers[:] = psql.json(_BLOCKERS, session=session) or blockers

    with beside(look, _PAUSE_SECONDS, _FIRST_LOOK_SECONDS):
        try:
            return psql.execute(_LIMIT + sql, session=session, **values)
        except SqlError as problem:
            if _TIMED_OUT not in problem.reason:
                raise
    raise HostError(_sentence(psql.service, blockers))


@contextmanager
def holding(psql: Psql, sql: str, **values: object) -> Iterator[tuple[Process, int]]:
    """A session that keeps the locks of `sql` for the length of a block, wherever this program is cut; and its number,
    which `sql` selects last. HostError where somebody else holds a table for too long.
    """
    process = psql.host.start(*psql.words())
    try:
        process.write(script(sql, **values))
        pid = process.read_line()
        if not pid.isdecimal():
            raise HostError("a transaction has held a table for more than 30 seconds", process.finish().output)
        yield process, int(pid)
    finally:
        process.kill()


def _sentence(service: str, blockers: list[dict[str, Any]]) -> str:
    if not blockers:
        return f"{service}: another session held a lock for ten seconds; run this again"
    one = blockers[0]
    role = identifier(one["role"])
    age = f"{one['seconds']} s" if one["seconds"] < 120 else f"{one['seconds'] // 60} min"
    return (
        f"{service}: the role {role} holds a lock that is needed here, by a transaction that has been open for {age} "
        f"(pid {one['pid']}, {one['state']}). Run this again when it has ended, or end it: ./petbase psql --command "
        f"'{ending(one['pid'])}'"
    )
