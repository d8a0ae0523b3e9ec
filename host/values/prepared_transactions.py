"""Prepared transactions (PREPARE TRANSACTION) that were forgotten: they hold their locks without a session, and through
restarts of PostgreSQL, so that dumps wait and VACUUM removes nothing.
"""

from dataclasses import dataclass

from host.values.sql_names import identifier

HOW_TO_ROLL_BACK = "ROLLBACK PREPARED 'NAME', with NAME from: SELECT gid FROM pg_prepared_xacts"  # shown, not run
# An app chooses its transactions' names, so they are not shown.
PREPARED_TRANSACTIONS = """(
  SELECT COALESCE(jsonb_agg(jsonb_build_object('role', owner, 'count', count, 'seconds', seconds) ORDER BY owner), '[]')
  FROM (SELECT owner, count(*), max(extract(epoch FROM now() - prepared))::int AS seconds FROM pg_prepared_xacts
      WHERE prepared < now() - make_interval(secs => :'idle_seconds') GROUP BY owner) AS found)
"""
"""An SQL expression: PreparedTransactions of each role that has some."""


@dataclass(frozen=True)
class PreparedTransactions:
    """How many of one role are old, and the age of the oldest."""

    role: str
    count: int
    seconds: int

    @property
    def problem(self) -> str:
        """What is wrong, for a person."""
        many = f"{self.count} prepared transactions" if self.count > 1 else "a prepared transaction"
        holds = "hold" if self.count > 1 else "holds"
        return (
            f"{many} of {identifier(self.role)} from {self.seconds // 60} minutes ago still {holds} locks, which stop "
            "dumps, VACUUM and changes of tables"
        )
