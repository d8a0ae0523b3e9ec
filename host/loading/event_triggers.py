"""Event triggers of a database that a dump is loaded into: they have no say in what is made there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from host.postgres.psql import Psql

_PAUSE = r"""
SELECT COALESCE(json_agg(json_build_object('name', evtname, 'enabled', evtenabled)), '[]') FROM pg_event_trigger
  WHERE evtenabled <> 'D';
SELECT format('ALTER EVENT TRIGGER %I DISABLE', evtname) FROM pg_event_trigger WHERE evtenabled <> 'D' \gexec
"""
_RESUME = r"""
SELECT format('ALTER EVENT TRIGGER %I ENABLE %s', name, CASE enabled WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' END)
  FROM json_to_recordset(:'triggers') AS t (name text, enabled text) \gexec
"""


@contextmanager
def paused(psql: Psql) -> Iterator[None]:
    """Switch them off for the length of a block. A database that is left in the middle of it is dropped anyway."""
    triggers = psql.json(_PAUSE)
    yield
    if triggers:
        psql.execute(_RESUME, triggers=triggers)
