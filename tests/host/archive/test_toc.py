"""A dump's table of contents: read as it is written, whatever its names are."""

import io

import pytest

from host.archive.entry import DATA, Entry
from host.archive.toc import ArchiveError, CutOffError, parse
from tests.host.archive.written import archive

ENTRIES = (
    Entry(5, "SCHEMA", "", "notes x", "evil", definition='CREATE SCHEMA "notes x";\n', catalog="2615", oid="16385"),
    Entry(6, "TABLE", "notes x", 'a\nb "; DATA', "evil", definition="CREATE TABLE …", needs=(5,)),
    Entry(7, "TABLE DATA", "notes x", 'a\nb "; DATA', "evil", DATA, copy="COPY …", needs=(6,), has_data=True),
    Entry(8, "CAST", "", "CAST (xid AS integer)", ""),
)


@pytest.mark.parametrize("version", [(1, 12), (1, 13), (1, 14), (1, 15), (1, 16)])
def test_each_version_is_read(version: tuple[int, int]) -> None:
    found = parse(io.BytesIO(archive(ENTRIES, version) + b"rows"))
    assert found.entries == ENTRIES
    assert (found.server, found.major) == ("18.4", 18)


def test_names_are_in_the_dumps_own_encoding() -> None:
    entries = (Entry(5, "SCHEMA", "", "bytés", "bytés"),)
    assert parse(io.BytesIO(archive(entries, encoding="LATIN1", python="latin-1"))).entries == entries
    assert parse(io.BytesIO(archive(entries, encoding="WIN1252", python="cp1252"))).entries == entries
    assert parse(io.BytesIO(archive(entries, encoding="SQL_ASCII"))).entries == entries


def test_a_head_that_is_not_all_there_wants_more_of_the_file() -> None:
    whole = archive(ENTRIES)
    for end in (0, 4, 40, len(whole) - 1):
        with pytest.raises(CutOffError):
            parse(io.BytesIO(whole[:end]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"-- PostgreSQL database dump\n", "it is not a dump in pg_dump's custom format"),
        (b"PGDMP\1\x0e\0\4\10\3", "it is not in pg_dump's custom format; make one with: pg_dump --format custom"),
        (archive((), (1, 17)), "its archive version is 1.17, and this release of Petbase knows 1.12 to 1.16"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, said: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        parse(io.BytesIO(data))
    assert str(caught.value) == said


def test_of_texts_without_end_a_head_is_kept_and_whether_two_are_the_same_is_still_seen() -> None:
    """An app may write comments of any size, and the server has little memory."""
    one, same, other = (f"COMMENT ON … IS '{'é' * (1 << 20)}{end}'" for end in "aab")
    entries = tuple(Entry(number, "COMMENT", "", "", "", definition=one) for number in range(2, 42))
    found = parse(io.BytesIO(archive((*entries, Entry(42, "TABLE", "", "t", "fruits")))))
    texts = [entry.definition for entry in found.entries]
    assert sum(map(len, texts)) < 64 << 20
    assert min(map(len, texts[:-1])) > 8000
    assert found.entries[-1] == Entry(42, "TABLE", "", "t", "fruits")
    (first,), (second,), (third,) = (
        parse(io.BytesIO(archive([Entry(2, "COMMENT", "", "", "", definition=text)]))).entries
        for text in (one, same, other)
    )
    assert first == second != third
