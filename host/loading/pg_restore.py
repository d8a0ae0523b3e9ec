"""Runs pg_restore for some entries of a dump as one role, and finds out whose fault a failure is."""

from __future__ import annotations

import os
from collections.abc import Sequence

from host.archive.entry import Entry
from host.dumps.container_file import ContainerFile
from host.loading.session import beside
from host.loading.verdict import LoadError, reason
from host.postgres.psql import SqlError

_STARTED = "SELECT pg_postmaster_start_time()"
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
        self._dump, self._into = dump, into
        self._started = beside(dump.host, dump.service).value(_STARTED)

    def run(self, entries: Sequence[Entry], role: str, *, jobs: int = 1, row_security: bool = False) -> str:
        """Make these entries as a role; "" or, where one fails, what pg_restore printed.

        LoadError where it is not the entries' fault: the disk is full, PostgreSQL was restarted, the dump is damaged.
        """
        how = ["--exit-on-error", "--no-owner", "--no-acl", "--no-tablespaces"]
        how += ["--enable-row-security"] if row_security else []
        where = ["--username", role, "--jobs", str(jobs), "--dbname", self._into]
        answer = self._dump.exec(
            "pg_restore", "--use-list", "/dev/stdin", *how, *where, self._dump.path, stdin=list_of(entries)
        )
        if answer.ok:
            return ""
        self._check_service(answer.stderr)
        self._check_dump(entries, answer.stderr)
        return answer.stderr or "pg_restore gave no reason"

    def _check_service(self, output: str) -> None:
        """By what is so and not by what is printed: a tenant can have anything printed."""
        host, service = self._dump.host, self._dump.service
        if self._dump.free_bytes(f"/var/lib/dokku/services/postgres/{service}/data") < _ENOUGH_BYTES:
            # At once: a PostgreSQL that a full disk has ended begins anew within a moment, and needs room for it.
            self._dump.remove()
            raise LoadError("the disk of the server is full. Look at: df --human-readable", output)
        try:
            started = beside(host, service).value(_STARTED)
        except SqlError as problem:
            raise LoadError(f"{service} does not answer: {problem.reason}", output) from None
        if started != self._started:
            raise LoadError(f"{service} was restarted meanwhile. Run the same command again", output)

    def _check_dump(self, entries: Sequence[Entry], output: str) -> None:
        words = ["pg_restore", "--use-list", "/dev/stdin", "--file", "/dev/null", self._dump.path]
        answer = self._dump.exec(*words, stdin=list_of(entries))
        if not answer.ok:
            raise LoadError(
                f"the dump is damaged: {reason(answer.stderr)}. Take another one: ./petbase backups", output
            )
