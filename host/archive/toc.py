"""Reads the table of contents of a dump in pg_dump's custom format, from the file's own bytes.

`pg_restore --list` prints names unquoted and with spaces between them, so a schema `a b` with a table `c` looks like a
schema `a` with a table `b c`: a tenant could have its objects taken for a neighbour's. The bytes leave no doubt. Their
layout is that of ReadHead and ReadToc in PostgreSQL's pg_backup_archiver.c, archive versions 1.12 (9.0) to 1.16 (18).
"""

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

from host.archive.entry import Entry
from host.core.errors import HostError

_MAGIC = b"PGDMP"
_CUSTOM = 1
_OLDEST, _NEWEST = (1, 12), (1, 16)
_WITH_TABLE_METHOD, _WITH_COMPRESSION_NAME, _WITH_KIND_OF_RELATION = (1, 14), (1, 15), (1, 16)
_SPECIAL = {"ENCODING", "STDSTRINGS", "SEARCHPATH"}
# PostgreSQL's name of an encoding where Python has another.
_ENCODINGS = {"UTF8": "utf-8", "SQL_ASCII": "utf-8", "EUC_JIS_2004": "euc_jis_2004", "SJIS": "cp932", "UHC": "cp949"}
_ENCODINGS |= {f"WIN{number}": f"cp{number}" for number in (866, 874, *range(1250, 1259))}
# An app may write a comment of a gigabyte. Of what is longer than this, in one text or in all, only the head is kept
# and a digest: the texts that anything is read from are short.
_ALL_BYTES, _LONG_BYTES, _HEAD_BYTES = 64 << 20, 1 << 20, 16 << 10


class CutOffError(Exception):
    """The bytes end before the table of contents does; more of the file is needed."""


class ArchiveError(HostError):
    """The file is not a dump that Petbase can read."""


@dataclass(frozen=True)
class Archive:
    """What is at the head of a dump. `server` is the PostgreSQL that it is of: "18.4"."""

    server: str
    entries: tuple[Entry, ...]

    @property
    def major(self) -> int:
        """The major version of that PostgreSQL."""
        found = re.match(r"\d+", self.server)
        return int(found[0]) if found else 0


def parse(file: BinaryIO) -> Archive:
    """The head of a dump. CutOffError when the file ends within it; ArchiveError for another kind of file."""
    reader = _Reader(file)
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise ArchiveError("it is not a dump in pg_dump's custom format")
    version = (reader.byte(), reader.byte())
    reader.byte()
    reader.integer_bytes, reader.offset_bytes = reader.byte(), reader.byte()
    if reader.byte() != _CUSTOM:
        raise ArchiveError("it is not in pg_dump's custom format; make one with: pg_dump --format custom")
    if not _OLDEST <= version <= _NEWEST:
        raise ArchiveError(
            f"its archive version is {version[0]}.{version[1]}, and this release of Petbase knows {_OLDEST[0]}."
            f"{_OLDEST[1]} to {_NEWEST[0]}.{_NEWEST[1]}"
        )
    _ = reader.byte() if version >= _WITH_COMPRESSION_NAME else reader.integer()
    for _ in range(7):
        reader.integer()  # the time of the dump, as a C struct tm
    reader.text()  # the database's name
    server = reader.text()
    reader.text()  # the version of pg_dump
    found = [_entry(reader, version) for _ in range(reader.integer())]
    return Archive(server, tuple(entry for entry in found if entry.kind not in _SPECIAL))


def _entry(reader: "_Reader", version: tuple[int, int]) -> Entry:
    dump_id, has_data = reader.integer(), bool(reader.integer())
    catalog, oid = reader.text(), reader.text()
    tag, kind, section = reader.text(), reader.text(), reader.integer()
    definition, _, copy, schema = reader.text(), reader.text(), reader.text(), reader.text()
    reader.text()  # tablespace
    if version >= _WITH_TABLE_METHOD:
        reader.text()
    if version >= _WITH_KIND_OF_RELATION:
        reader.integer()
    owner = reader.text()
    reader.text()  # WITH OIDS
    needs = []
    while (one := reader.text_or_none()) is not None:
        needs.append(int(one))
    reader.take(1 + reader.offset_bytes)  # where its data is
    if kind == "ENCODING":
        reader.decode_as(definition)
    return Entry(dump_id, kind, schema, tag, owner, section, definition, copy, tuple(needs), catalog, oid, has_data)


class _Reader:
    """A cursor over the bytes. Integers are a sign byte and `integer_bytes` more, the lowest first."""

    integer_bytes = 4
    offset_bytes = 8

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._encoding, self._room = file, "utf-8", _ALL_BYTES

    def decode_as(self, definition: str) -> None:
        """Read text in the encoding of the dump's first entry: SET client_encoding = 'LATIN1';"""
        name = definition.partition("'")[2].partition("'")[0]
        try:
            self._encoding = codecs.lookup(_ENCODINGS.get(name, name)).name
        except LookupError:
            self._encoding = "utf-8"

    def take(self, count: int) -> bytes:
        found = self._file.read(count)
        if len(found) < count:
            raise CutOffError
        return found

    def byte(self) -> int:
        return self.take(1)[0]

    def integer(self) -> int:
        negative = self.byte()
        value = int.from_bytes(self.take(self.integer_bytes), "little")
        return -value if negative else value

    def text(self) -> str:
        return self.text_or_none() or ""

    def text_or_none(self) -> str | None:
        length = self.integer()
        return None if length < 0 else self._kept(length).decode(self._encoding, "replace")

    def _kept(self, length: int) -> bytes:
        room = max(_HEAD_BYTES, min(_LONG_BYTES, self._room))
        self._room -= min(length, room)
        if length <= room:
            return self.take(length)
        head, rest = self.take(room), hashlib.sha256()
        for begin in range(room, length, _LONG_BYTES):
            rest.update(self.take(min(_LONG_BYTES, length - begin)))
        return head + f" … {length} {rest.hexdigest()}".encode()
