"""Rows of a dump and of a database, held against each other table by table: how many there are, and a digest.

Both are read as pg_dump writes them, which runs nothing that an app wrote. The digest does not depend on the order of
rows, since a restored table may have them in another one, and counts within one run of this program only.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from host.archive.entry import Entry
from host.core.errors import HostError
from host.core.host import Host
from host.dumps.container_file import ContainerFile
from host.loading.pg_restore import list_of
from host.postgres.psql import Psql
from host.values.text import printable

_BEGIN = b" FROM stdin;\n"
_TABLE = re.compile(rb'COPY ((?:"[^"]*"|[^"\s(])+) \((.*)\) FROM stdin;\n', re.DOTALL)
_COLUMN = re.compile(rb'"(?:[^"]|"")+"|[^",\s()]+')
_END = b"\\.\n"
_SEQUENCE = b"SELECT pg_catalog.setval("
_LARGE_OBJECT = re.compile(rb"SELECT pg_catalog\.lo_open\('(\d+)'")
_WRITE = b"SELECT pg_catalog.lowrite("
_MASK = (1 << 64) - 1
_TEXTS = (
    "SELECT json_object_agg(name, setting) FROM pg_settings WHERE name IN ('TimeZone', 'bytea_output', 'lc_monetary')"
)
_OWN = "petbase."
"""Petbase's own schema: it describes the server that it is on, so it is neither counted nor compared."""
_VALUES = {"SEQUENCE SET", "BLOB", "BLOB METADATA"}


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
        found = []
        for name in sorted({*self.tables, *other.tables}):
            mine, theirs = self.tables.get(name, (0, 0)), other.tables.get(name, (0, 0))
            if mine != theirs:
                what = f"{mine[0]} rows and {theirs[0]}" if mine[0] != theirs[0] else f"{mine[0]} rows, not the same"
                found.append(f"{printable(name)}: {what}")
        if self.others != other.others:
            found.append("values of sequences or large objects")
        return found


def of_dump(dump: ContainerFile, entries: Iterable[Entry] | None) -> Rows:
    """What a dump, in any form of pg_restore's, holds of these entries; None for all."""
    if entries is None:
        return _read(dump.host, dump.exec_words("pg_restore", "--data-only", "--file", "-", dump.path))
    words = dump.exec_words("pg_restore", "--data-only", "--use-list", "/dev/stdin", "--file", "-", dump.path)
    return _read(dump.host, words, list_of([entry for entry in entries if entry.has_data or entry.kind in _VALUES]))


def of_plain(dump: ContainerFile) -> Rows:
    """What a dump in plain SQL holds, where its rows come by COPY."""
    return _read(dump.host, dump.exec_words("cat", dump.path))


def of_database(
    host: Host,
    service: str,
    name: str,
    *,
    like: Rows | None = None,
    settings: Mapping[str, str] | None = None,
    patient: bool = True,
) -> Rows:
    """What a database holds. `like` is what it is held against: a restore may put columns into another order.

    `settings` are those of the session that wrote that, as far as they change how values are written (texts_of).
    HostError where it is not `patient` and somebody's lock is in the way for a minute.
    """
    file = ContainerFile(host, service, "")
    options = " ".join(f"-c {option}={_escaped(value)}" for option, value in (settings or {}).items())
    environment = ["env", f"PGOPTIONS={options}"] if options else []
    words = ["pg_dump", "--username", "postgres", "--data-only", "--dbname", name]
    limit = [] if patient else ["--lock-wait-timeout", "60s"]
    return _read(host, file.exec_words(*environment, *words, *limit), like=like)


def texts_of(psql: Psql) -> Mapping[str, str]:
    """The settings of a database by which values are written in its dumps."""
    found: Mapping[str, str] = psql.json(_TEXTS)
    return found


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


def _read(host: Host, words: list[str], stdin: str = "", *, like: Rows | None = None) -> Rows:
    found, order = Rows(), like.columns if like else {}
    answer = host.read(*words, take=lambda stream: _take(stream, found, order), stdin=stdin)
    if not answer.ok:
        raise HostError("the rows cannot be read", answer.stderr)
    return found


def _take(stream: BinaryIO, found: Rows, order: Mapping[str, Sequence[bytes]]) -> None:
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
