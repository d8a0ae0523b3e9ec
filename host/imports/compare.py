"""Rows of the source, of what was made of it, and of what the service restored: the same, table by table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from host.core.errors import HostError
from host.dumps.container_file import ContainerFile
from host.scratch import rows
from host.scratch.copied_rows import Rows
from host.scratch.database import RESTORED
from host.scratch.load import Loaded
from host.staging.forms import Opened
from host.values.sql_names import unquoted
from host.values.text import printable

_NAME = re.compile(r'("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".]+)')
Name = tuple[str, str]
BY_INSERT = "its rows come as INSERT statements, which cannot be counted beforehand"


@dataclass
class Comparison:
    """`said` is how many rows each table of the source has, by schema and name as they are here; None where that cannot
    be known. `came` is what the restored tables held, once they were compared.
    """

    said: Mapping[Name, int] | None
    file: ContainerFile
    came: Rows

    def check(self, loaded: Loaded) -> None:
        """Hold the restored database against its dump, and that against the source. HostError where rows differ."""
        dump = rows.of_dump(self.file, loaded.entries)
        self.came = rows.of_database(self.file.host, self.file.service, RESTORED, like=dump)
        different = dump.differences(self.came)
        counts = {_unquoted(table): count for table, (count, _) in dump.tables.items()}
        said = counts if self.said is None else self.said
        for name in sorted({*said, *counts}):
            theirs, ours = said.get(name, 0), counts.get(name, 0)
            if theirs != ours:
                different.append(printable(f"{'.'.join(name)}: {theirs} rows in the source, {ours} here"))
        if different:
            raise HostError(f"rows differ: {'; '.join(different[:2])}")


def counted(dump: Opened, names: Mapping[str, str]) -> Mapping[Name, int] | None:
    """How many rows a dump has of each table, by the table's name here; None where they come as INSERT statements."""
    found = rows.of_plain(dump.file) if dump.is_plain else rows.of_dump(dump.file, None)
    if dump.is_plain and not found.tables:
        return None
    counts = {_unquoted(table): count for table, (count, _) in found.tables.items()}
    return {(names[schema], table): count for (schema, table), count in counts.items() if schema in names}


def _unquoted(name: str) -> Name:
    """A table's name as SQL writes it, taken apart: a dump may quote all names, or those alone that need it."""
    match = _NAME.fullmatch(name)
    schema, table = match.groups() if match else ("", name)
    return unquoted(schema), unquoted(table)
