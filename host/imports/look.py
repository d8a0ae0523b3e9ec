"""A source, looked at before anything is touched: its structure is loaded and shaped as in an import, without rows."""

from __future__ import annotations

from dataclasses import dataclass

from host.core.host import Host
from host.dumps.container_file import free_bytes
from host.imports.facts import ImportLook
from host.imports.prepare import prepared
from host.imports.wanted import Import
from host.loading.session import live
from host.postgres.psql import Psql
from host.restore.facts import LiveTable
from host.restore.look import live_tables
from host.values.json_values import to_json

_OWN = """
SELECT COALESCE(json_agg(nspname), '[]') FROM pg_namespace JOIN pg_roles o ON o.oid = nspowner WHERE rolname = :'role'
"""


@dataclass(frozen=True)
class LookAtSource(Import, noun="import", verb="look"):
    """Show what is in a PostgreSQL database or dump from elsewhere, and what an import would make of it."""

    def run(self, host: Host) -> None:
        """Touches nothing but a container that is gone afterwards."""
        with prepared(host, self, rows=False) as found:
            tables = _replaced(live(host, self.service), found.role)
            host.out.result(to_json(ImportLook(found.facts, tables, found.brought.needed, free_bytes(host))))


def _replaced(psql: Psql, role: str) -> tuple[LiveTable, ...]:
    """The live tables that would be set aside."""
    own = psql.json(_OWN, role=role)
    return tuple(table for table in live_tables(psql) if table.schema in own)
