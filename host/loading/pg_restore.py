"""Runs pg_restore for some entries of a dump as one role, and finds out whose fault a failure is."""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from host.archive.entry import Entry
from host.dumps.container_file import ContainerFile
from host.loading.guard import Why, guarded, patience
from host.loading.verdict import LoadError, reason
from host.postgres.psql import Psql, SqlError, beside, script
from host.programs.runner import Answer
from host.values.text import printable

_STARTED = "SELECT pg_postmaster_start_time()"
# Who has most of the connections, where no role but a superuser gets one any more.
_CROWD = """
WITH clients AS (SELECT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename IS NOT NULL)
SELECT json_build_array(usename, count(*)) FROM clients GROUP BY usename
  HAVING (SELECT count(*) FROM clients) >= current_setting('max_connections')::int
    - current_setting('superuser_reserved_connections')::int
  ORDER BY count(*) DESC LIMIT 1
"""
_END = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = :'into' AND usename = :'role'
"""
# What a foreign table is a part of would be asked for at the other end, as a role that is unknown there.
_ANALYZE = r"""
SET statement_timeout = 0;
SET client_min_messages = error;
WITH RECURSIVE far AS (
  SELECT inhparent AS oid FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE relkind = 'f'
  UNION SELECT inhparent FROM far JOIN pg_inherits ON inhrelid = far.oid)
SELECT 'ANALYZE' WHERE NOT EXISTS (SELECT FROM far)
UNION ALL SELECT format('ANALYZE %I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE EXISTS (SELECT FROM far) AND relkind IN ('r', 'p', 'm') AND pg_get_userbyid(relowner) = current_user
  AND c.oid NOT IN (SELECT oid FROM far) \gexec
"""
_ENOUGH_BYTES = 64 << 20
_MOST_JOBS = 4


def cores() -> int:
    """How many connections load at once. Each keeps a core busy, and the apps want theirs too."""
    return min(os.cpu_count() or 1, _MOST_JOBS)


def list_of(entries: Sequence[Entry]) -> str:
    """The entries for --use-list."""
    return "".join(f"{entry.id};\n" for entry in entries)


class Restorer:
    """pg_restore of one dump into one database."""

    def __init__(self, dump: ContainerFile, into: str) -> None:
        self._dump, self._psql = dump, Psql(dump.host, dump.service, into)
        self._started = beside(dump.host, dump.service).value(_STARTED)
        self._patience = patience(dump.size())
        self._took: Counter[str] = Counter()

    def run(self, entries: Sequence[Entry], role: str, *, jobs: int = 1, row_security: bool = False) -> str:
        """Make these entries as a role; "" or, where one fails, what pg_restore printed.

        LoadError where it is not the entries' fault: the disk is full, PostgreSQL was restarted, the dump is damaged.
        """
        how = ["--exit-on-error", "--no-owner", "--no-acl", "--no-tablespaces"]
        how += ["--enable-row-security"] if row_security else []
        where = ["--username", role, "--jobs", str(jobs), "--dbname", self._psql.database]
        words = ["pg_restore", "--use-list", "/dev/stdin", *how, *where, self._dump.path]
        run = self._psql.program(*words)
        answer, why = self._in_time(role, lambda: self._dump.host.ask(*run, stdin=list_of(entries)))
        if answer.ok or why:
            return why
        self._check_service(answer.stderr)
        self._check_dump(entries, answer.stderr)
        return answer.stderr or "pg_restore gave no reason"

    def analyze(self, role: str) -> str:
        """Make the statistics of what a role owns, which runs expressions of indexes; "" or what PostgreSQL printed."""
        psql = replace(self._psql, role=role, options=())
        answer, why = self._in_time(role, lambda: self._dump.host.ask(*psql.words(), stdin=script(_ANALYZE)))
        if answer.ok or why:
            return why
        self._check_service(answer.stderr)
        return answer.stderr or "psql gave no reason"

    def _in_time(self, role: str, run: Callable[[], Answer]) -> tuple[Answer, str]:
        """Run something as a role, and what it was ended for. All that one role loads has one time, so that no other
        waits for longer.
        """
        began, left = time.monotonic(), self._patience - self._took[role]
        with guarded(self._dump.host, lambda: self._end(role), left) as ended_for:
            answer = run()
        self._took[role] += int(time.monotonic() - began)
        if ended_for[:1] == [Why.DISK]:
            self._raise_full(answer.stderr)
        why = ended_for[0].value if ended_for and not answer.ok else ""
        limit = f" ({self._patience // 60} minutes)" if ended_for[:1] == [Why.TIME] else ""
        return answer, f"ERROR:  {why}{limit}" if why else ""

    def _end(self, role: str) -> None:
        beside(self._dump.host, self._dump.service).execute(_END, into=self._psql.database, role=role)

    def _raise_full(self, output: str) -> NoReturn:
        # At once: a PostgreSQL that a full disk has ended begins anew within a moment, and needs room for it.
        self._dump.remove()
        raise LoadError("the disk of the server is full. Look at: df --human-readable", output)

    def _check_service(self, output: str) -> None:
        """By what is so and not by what is printed: a tenant can have anything printed."""
        host, service = self._dump.host, self._dump.service
        if self._dump.free_bytes(f"/var/lib/dokku/services/postgres/{service}/data") < _ENOUGH_BYTES:
            self._raise_full(output)
        try:
            started = beside(host, service).value(_STARTED)
        except SqlError as problem:
            raise LoadError(f"{service} does not answer: {problem.reason}", output) from None
        if started != self._started:
            raise LoadError(f"{service} was restarted meanwhile. Run the same command again", output)
        if crowd := beside(host, service).json(_CROWD):
            role, count = crowd
            raise LoadError(
                f"all connections of {service} are in use, {count} of them by {printable(role)}. Run the same command "
                "again when there are fewer; a lower limit: connections under that app",
                output,
            )

    def _check_dump(self, entries: Sequence[Entry], output: str) -> None:
        words = ["pg_restore", "--use-list", "/dev/stdin", "--file", "/dev/null", self._dump.path]
        answer = self._dump.exec(*words, stdin=list_of(entries))
        if not answer.ok:
            raise LoadError(
                f"the dump is damaged: {reason(answer.stderr)}. Take another one: ./petbase backups", output
            )
