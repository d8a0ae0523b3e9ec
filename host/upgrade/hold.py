"""One session that keeps the live database as it is while it is copied: it can be read, and writes wait.

The locks end with the session, wherever this program is cut off.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from host.core.errors import HostError
from host.core.host import Host
from host.postgres.locks import holding
from host.postgres.psql import Psql, beside, database_name, live, script
from host.programs.runner import Process

_TRIES, _PAUSE_SECONDS = 300, 0.1

_LOCK = r"""
BEGIN;
SET LOCAL lock_timeout = '30s';
SELECT format('LOCK TABLE %I.%I IN SHARE MODE', nspname, relname)
  FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1 \gexec
SELECT pg_backend_pid();
"""
# What no lock on tables prevents: that somebody makes or changes an object, or writes a large object.
_CATALOGUE = """
SELECT string_agg(state, ' ') FROM (
  SELECT count(*) || '-' || COALESCE(max(xmin::text::bigint), 0) AS state FROM pg_class
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_attribute
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_namespace
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_proc
  UNION ALL SELECT count(*) || '-' || max(xmin::text::bigint) FROM pg_type
  UNION ALL SELECT count(*) || '-' || COALESCE(max(xmin::text::bigint), 0) FROM pg_constraint
  UNION ALL SELECT count(*) || '-' || COALESCE(max(xmin::text::bigint), 0) FROM pg_largeobject) s;
"""
_SEQUENCES = """
SELECT COALESCE(json_agg(json_build_array(schemaname, sequencename, last_value)), '[]') FROM pg_sequences
  WHERE last_value IS NOT NULL;
"""
_CLOSE = """
ALTER DATABASE :"live" ALLOW_CONNECTIONS false;
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :'live' AND pid <> :'holder'::int;
"""
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = :'live' AND pid <> :'holder'::int;"
_OPEN = 'ALTER DATABASE :"live" ALLOW_CONNECTIONS true;'


@dataclass(frozen=True)
class Hold:
    """The session. `pid` is PostgreSQL's number of it."""

    host: Host
    service: str
    process: Process
    pid: int

    def catalogue(self) -> str:
        """A word that is another one as soon as anything is made or changed that no lock prevents."""
        return self._ask(_CATALOGUE, "the catalogue could not be read")

    def sequences(self) -> list[list[Any]]:
        """Schema, name and value of each sequence that was ever used. No lock keeps one from going on."""
        found: list[list[Any]] = json.loads(self._ask(_SEQUENCES, "the sequences could not be read"))
        return found

    def close(self) -> None:
        """Refuse all new sessions, the superuser's too, and end every session but this one.

        The database itself keeps the refusal, so a run that is cut off here leaves no moment in which a write could be
        taken and then lost.
        """
        psql, names = beside(self.host, self.service), {"live": database_name(self.service), "holder": self.pid}
        psql.execute(_CLOSE, **names)
        for _ in range(_TRIES):
            if psql.value(_OTHERS, **names) == "0":
                return
            self.host.sleep(_PAUSE_SECONDS)
        raise HostError("its sessions did not end")

    def _ask(self, sql: str, problem: str) -> str:
        self.process.write(script(sql))
        answer = self.process.read_line()
        if not answer:
            raise HostError(problem, self.process.finish().output)
        return answer


@contextmanager
def held(host: Host, service: str) -> Iterator[Hold]:
    """Hold the live database for the length of a block. HostError where somebody else holds a table for too long."""
    with holding(live(host, service), _LOCK) as (process, pid):
        yield Hold(host, service, process, pid)


def reopen(psql: Psql, database: str) -> None:
    """Let sessions in again; nothing to do where they may come."""
    psql.execute(_OPEN, live=database)
