"""Rows as pg_dump writes them: how many each table has, and a digest that does not depend on their order."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from host.values.sql_names import unquoted
from host.values.text import printable

_BEGIN = b" FROM stdin;\n"
_TABLE = re.compile(rb'COPY ((?:"[^"]*"|[^"\s(])+) \((.*)\) FROM stdin;\n', re.DOTALL)
_COLUMN = re.compile(rb'"(?:[^"]|"")+"|[^",\s()]+')
_END = b"\\.\n"
_SEQUENCE = b"SELECT pg_catalog.setval("
_SET_VALUE = re.compile(rb"SELECT pg_catalog\.setval\('((?:[^']|'')*)'")
_QUALIFIED = re.compile(r'("(?:[^"]|"")*"|[^".]+)\.')
_LARGE_OBJECT = re.compile(rb"SELECT pg_catalog\.lo_open\('(\d+)'")
_WRITE = b"SELECT pg_catalog.lowrite("
_MASK = (1 << 64) - 1
_OWN = "petbase."
"""Petbase's own schema: it describes the server that it is on, so it is neither counted nor compared."""


@dataclass
class Rows:
    """`tables` has (rows, digest) by table, named as SQL names it, and `columns` its columns in their order.

    `others` is what is in no table: values of sequences and large objects, as text of SQL to a digest.
    """

    tables: dict[str, tuple[int, int]] = field(default_factory=dict)
    others: dict[bytes, int] = field(default_factory=dict)
    columns: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """All rows."""
        return sum(count for count, _ in self.tables.values())

    def differences(self, other: "Rows") -> list[str]:
        """What is not the same in both, in words."""
        return [*dict.fromkeys(words for _, words in self.changes(other))]

    def changes(self, other: "Rows") -> list[tuple[str, str]]:
        """The same, each with its schema; "" where it is in none."""
        found = []
        for name in sorted({*self.tables, *other.tables}):
            mine, theirs = self.tables.get(name, (0, 0)), other.tables.get(name, (0, 0))
            if mine != theirs:
                what = f"{mine[0]} rows and {theirs[0]}" if mine[0] != theirs[0] else f"{mine[0]} rows, not the same"
                found.append((schema_of(name), f"{printable(name)}: {what}"))
        changed = sorted({line for line, _ in self.others.items() ^ other.others.items()})
        return found + [(_schema_of_value(line), "values of sequences or large objects") for line in changed]


def take(stream: BinaryIO, found: Rows, order: Mapping[str, Sequence[bytes]]) -> None:
    """Count and digest what comes; `order` has the columns by table where they are to be in another order."""
    large_object = copy = b""
    for line in stream:
        # The name of a table or a column may have a line break in it. Nothing else is kept: large objects are long.
        copy = line if line.startswith(b"COPY ") else copy + line if copy else b""
        if copy.endswith(_BEGIN):
            name, columns = _table(copy)
            counted = _copied(stream, _order(columns, order.get(name, columns)))
            if not name.startswith(_OWN):
                found.tables[name], found.columns[name] = counted, columns
            copy = b""
        elif line.startswith(_SEQUENCE):
            found.others[line] = 1
        elif match := _LARGE_OBJECT.match(line):
            large_object = match[0]
            found.others[large_object] = 0
        elif line.startswith(_WRITE):
            # In the order in which they are written, unlike rows.
            found.others[large_object] = hash((found.others[large_object], line))


def _table(copy: bytes) -> tuple[str, list[bytes]]:
    """Its name and its columns, of which it may have none."""
    match = _TABLE.match(copy)
    name, columns = match.groups() if match else (copy, b"")
    return _text(name), _COLUMN.findall(columns)


def schema_of(name: str) -> str:
    """The schema of a thing that is named as SQL names it."""
    match = _QUALIFIED.match(name)
    return unquoted(match[1]) if match else ""


def _schema_of_value(line: bytes) -> str:
    match = _SET_VALUE.match(line)
    return schema_of(_text(match[1]).replace("''", "'")) if match else ""


def _text(name: bytes) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        # A database of another encoding; in this one any byte is a letter, so no two names become one.
        return name.decode("latin-1")


def _order(columns: list[bytes], wanted: Sequence[bytes]) -> list[int]:
    """Where the wanted columns are, if those are the same ones in another order."""
    return [columns.index(one) for one in wanted] if columns != wanted and sorted(columns) == sorted(wanted) else []


def _copied(stream: BinaryIO, order: Sequence[int]) -> tuple[int, int]:
    count = digest = 0
    for line in stream:
        if line == _END:
            break
        count += 1
        digest += hash(_ordered(line, order) if order else line)
    return count, digest & _MASK


def _ordered(line: bytes, order: Sequence[int]) -> bytes:
    cells = line[:-1].split(b"\t")
    return b"\t".join(cells[at] for at in order) + b"\n"
