"""Whether a dump finds room for its locks: it locks every table of the database at once."""

from dataclasses import dataclass

# Before 18 a sequence too. PostgreSQL promises this room and has about twice as much, which other sessions use as well.
DUMP_LOCKS = """(
  SELECT jsonb_build_object('tables', tables, 'room', each * sessions, 'setting', 64 * ceil(tables / 32.0 / sessions))
  FROM (SELECT count(*) AS tables FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
      WHERE NOT starts_with(nspname, 'pg_') AND nspname <> 'information_schema' AND (relkind IN ('r', 'p')
        OR relkind = 'S' AND current_setting('server_version_num')::int < 180000)) AS found,
    (SELECT current_setting('max_locks_per_transaction')::int AS each,
      current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int AS sessions) AS most)
"""
"""An SQL expression, in the database that is dumped: a DumpLocks."""


@dataclass(frozen=True)
class DumpLocks:
    """`tables` that a dump locks, the `room` there is for certain, and a `setting` that is enough for twice as many."""

    tables: int
    room: int
    setting: int

    @property
    def problem(self) -> str:
        """What is wrong, for a person; "" where there is room."""
        if self.tables <= self.room:
            return ""
        return (
            f"a dump locks {self.tables} tables at once, and PostgreSQL has room for {self.room} locks for certain, "
            "without which every dump fails"
        )

    @property
    def repair(self) -> str:
        """What to write into the stack file."""
        return f"database: {{config: {{max_locks_per_transaction: {self.setting}}}}}"
