"""Writes the head of a dump as pg_dump does (pg_backup_archiver.c, WriteHead and WriteToc), for tests of its reader."""

from collections.abc import Iterable

from host.archive.entry import Entry


def integer(value: int, size: int = 4) -> bytes:
    return bytes([value < 0]) + abs(value).to_bytes(size, "little")


def text(value: str | None, encoding: str = "utf-8") -> bytes:
    data = (value or "").encode(encoding)
    return integer(-1) if value is None else integer(len(data)) + data


def archive(
    entries: Iterable[Entry], version: tuple[int, int] = (1, 16), encoding: str = "UTF8", python: str = "utf-8"
) -> bytes:
    """The head of a dump of PostgreSQL 18.4 in that archive version."""
    first = Entry(1, "ENCODING", "", "ENCODING", "", 2, f"SET client_encoding = '{encoding}';\n")
    entries = [first, *entries]
    head = b"PGDMP" + bytes([*version, 0, 4, 8, 1])
    head += b"\1" if version >= (1, 15) else integer(-1)
    head += b"".join(integer(0) for _ in range(7)) + text("db") + text("18.4") + text("18.4") + integer(len(entries))
    return head + b"".join(_entry(one, version, python) for one in entries)


def _entry(one: Entry, version: tuple[int, int], python: str) -> bytes:
    found = integer(one.id) + integer(one.has_data) + text(one.catalog) + text(one.oid)
    found += text(one.tag, python) + text(one.kind) + integer(one.section) + text(one.definition or None, python)
    found += text(None) + text(one.copy or None, python) + text(one.schema or None, python) + text(None)
    found += text(None) if version >= (1, 14) else b""
    found += integer(ord("r")) if version >= (1, 16) else b""
    found += text(one.owner or None, python) + text("false")
    return found + b"".join(text(str(need)) for need in one.needs) + text(None) + b"\1" + bytes(8)
