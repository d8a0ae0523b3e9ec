"""What the last drill that was taken for good found in a dump, and when a later dump holds suspiciously less."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from host.archive.whose import SET_ASIDE
from host.core.host import Host
from host.dumps.dump import Dump
from host.values.sql_names import unquoted
from host.values.text import printable, size
from host.watch.settings import folder

_BYTES = 0.5
"""A dump of less than this share of the one before is suspicious …"""
_SMALL = 100_000
"""… unless the one before was smaller than this."""
_TABLES = 0.75
"""The same for the number of tables with rows."""
_ROWS = 0.5
"""The same for the rows of a schema …"""
_FEW = 20
"""… unless it had fewer than this."""
_SCHEMA = re.compile(r'(?:"[^"]*")+|[^.]*')
_ACCEPT = "If that is meant: ./petbase drill --accept-smaller"


@dataclass(frozen=True)
class Baseline:
    """`rows` counts each table's by SCHEMA.TABLE."""

    dump: str
    bytes: int
    rows: dict[str, int]

    def shrunk_bytes(self, dump: Dump) -> str:
        """Why the dump's size is suspicious, "" where it is not."""
        if not is_much_smaller(dump.bytes, self.bytes):
            return ""
        return (
            f"the newest dump, {dump.name}, has {size(dump.bytes)}; {self.dump}, which was test-restored, has "
            f"{size(self.bytes)}. Are rows or tables gone? {_ACCEPT}"
        )

    def shrunk_rows(self, name: str, rows: Mapping[str, int]) -> str:
        """Why what a dump holds is suspicious, "" where it is not."""
        before, now = _filled(self.rows), _filled(rows)
        schemas = sorted({_schema(table) for table in before} - {_schema(table) for table in now})
        if schemas:
            what = f"has {len(now)} tables with rows, none of {', '.join(schemas)}"
        elif len(now) < len(before) * _TABLES:
            what = f"has {len(now)} tables with rows"
        else:
            return self._fewer_rows(name, rows)
        return f"{name} {what}; {self.dump}, which was test-restored, has {len(before)}. {_ACCEPT}"

    def _fewer_rows(self, name: str, rows: Mapping[str, int]) -> str:
        before, now = _by_schema(self.rows), _by_schema(rows)
        fewer = [schema for schema in sorted(before) if _FEW <= before[schema] > now[schema] / _ROWS]
        what = ", ".join(f"{now[schema]} rows of {schema} instead of {before[schema]}" for schema in fewer)
        return f"{name} has {what} in {self.dump}, which was test-restored. {_ACCEPT}" if fewer else ""


def is_much_smaller(now: int, before: int) -> bool:
    """Whether a dump of so many bytes is suspicious after one of so many."""
    return before >= _SMALL and now < before * _BYTES


def read_baseline(host: Host, service: str) -> Baseline | None:
    """What was written down; None where no drill has ended well yet."""
    return host.state.load(Baseline, f"{folder(service)}/baseline")


def write_baseline(host: Host, service: str, baseline: Baseline) -> None:
    """Write it down for the next drill and the checks."""
    host.state.save(f"{folder(service)}/baseline", baseline)


def forget_schemas(host: Host, service: str, schemas: Sequence[str]) -> None:
    """They were dropped, renamed or emptied on purpose: their missing rows are not a problem."""
    baseline, names = read_baseline(host, service), set(map(printable, schemas))
    if baseline:
        rows = {table: count for table, count in baseline.rows.items() if unquoted(_schema(table)) not in names}
        write_baseline(host, service, replace(baseline, rows=rows))


def _filled(rows: Mapping[str, int]) -> set[str]:
    """What a restore set aside is meant to go one day."""
    return {table for table, count in rows.items() if count and not SET_ASIDE.fullmatch(unquoted(_schema(table)))}


def _by_schema(rows: Mapping[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for table in _filled(rows):
        found[_schema(table)] += rows[table]
    return found


def _schema(table: str) -> str:
    """As SQL names it; between quotes a dot is a letter."""
    found = _SCHEMA.match(table)
    return found[0] if found else ""
