"""Rows of the source, of what was made of it, and of what the service restored: the same, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from host.core.errors import HostError
from host.dumps.container_file import ContainerFile
from host.postgres.psql import Psql
from host.restore import rows
from host.restore.load import Loaded
from host.restore.rows import Rows
from host.restore.scratch import RESTORED
from host.staging.forms import Opened

_QUOTED = """
SELECT COALESCE(json_agg(json_build_array(quote_ident(source), quote_ident(becomes))), '[]')
  FROM json_to_recordset(:'names') AS n (source text, becomes text)
"""
BY_INSERT = "its rows come as INSERT statements, which cannot be counted beforehand"


@dataclass
class Comparison:
    """`said` is how many rows each table of the source has, by its name here; None where that cannot be known.

    `came` is what the restored tables held, once they were compared.
    """

    said: Mapping[str, int] | None
    file: ContainerFile
    came: Rows

    def check(self, loaded: Loaded) -> None:
        """Hold the restored database against its dump, and that against the source. HostError where rows differ."""
        dump = rows.of_dump(self.file, loaded.entries)
        self.came = rows.of_database(self.file.host, self.file.service, RESTORED)
        different = dump.differences(self.came)
        for table, (count, _) in dump.tables.items():
            if self.said is not None and self.said.get(table, 0) != count:
                different.append(f"{table}: {self.said.get(table, 0)} rows in the source and {count}")
        if different:
            raise HostError(f"rows differ: {'; '.join(different[:2])}")


def counted(dump: Opened, psql: Psql, names: Mapping[str, str]) -> Mapping[str, int] | None:
    """How many rows a dump has of each table, by the table's name here; None where they come as INSERT statements."""
    found = rows.of_plain(dump.file) if dump.is_plain else rows.of_dump(dump.file, None)
    if dump.is_plain and not found.tables:
        return None
    listed = [{"source": source, "becomes": becomes} for source, becomes in names.items()]
    quoted: dict[str, str] = dict(psql.json(_QUOTED, names=listed))
    counts: dict[str, int] = {}
    for table, (count, _) in found.tables.items():
        for source, becomes in quoted.items():
            if table.startswith(f"{source}."):
                counts[becomes + table.removeprefix(source)] = count
    return counts
