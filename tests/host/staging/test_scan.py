"""What the text of a dump says of where it comes from."""

from io import BytesIO

from host.staging.scan import Scan

_LONG = b"x" * (1 << 20)


class _Counting(BytesIO):
    """Remembers the most that was asked for at once."""

    most = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.most = max(self.most, len(line))
        return line


def _scanned(text: bytes) -> Scan:
    found = Scan()
    found.take(BytesIO(text))
    return found


def test_rows_are_no_statements() -> None:
    found = _scanned(b"COPY a.t (c) FROM stdin;\nCREATE SCHEMA x;\n\\.\nCREATE SCHEMA y;\n")
    assert (found.schemas, found.created) == ({"a", "y"}, {"y"})


def test_the_rest_of_a_long_line_is_neither_a_statement_nor_the_end_of_rows() -> None:
    rest = b"CREATE SCHEMA x;\n"
    assert _scanned(_LONG + rest + b"CREATE SCHEMA y;\n").schemas == {"y"}
    found = _scanned(b"COPY a.t (c) FROM stdin;\n" + _LONG + b"\\.\n" + rest + b"\\.\nCREATE SCHEMA y;\n")
    assert found.schemas == {"a", "y"}


def test_half_a_dump_is_not_taken_for_whole() -> None:
    begin, end = (f"-- PostgreSQL database {what}\n".encode() for what in ("dump", "dump complete"))
    rows = b"COPY a.t (c) FROM stdin;\n" + end + b"\\.\n"
    for whole in (begin + rows + end, rows, b"CREATE TABLE t ();\n"):
        assert _scanned(whole).unfinished == 0
    assert _scanned(begin + rows).unfinished == 1
    assert _scanned(b"COPY a.t (c) FROM stdin;\n1\n").unfinished == 1
    cluster = begin.replace(b"database dump", b"database cluster dump")
    assert _scanned(cluster + begin + end).unfinished == 1
    assert _scanned(cluster + begin + end + end.replace(b"database dump", b"database cluster dump")).unfinished == 0


def test_a_line_without_an_end_is_not_held_in_memory() -> None:
    stream = _Counting(_LONG * 3)
    Scan().take(stream)
    assert stream.most == len(_LONG)
