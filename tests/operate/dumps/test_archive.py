"""A dump is looked through to its last byte before anything relies on it."""

from pathlib import Path

import pytest

from operate.dumps import archive
from operate.dumps.archive import ArchiveError
from tests.support.dumps import EXPORT, locked, packed


def _file(folder: Path, content: bytes, name: str = "postgres-db.tgz") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "kind"), [(EXPORT, "export"), (packed(), "packed"), (locked(packed(), "open"), "locked")]
)
def test_a_dump_is_known_by_its_content(tmp_path: Path, content: bytes, kind: str) -> None:
    assert archive.kind(_file(tmp_path, content)) == kind


@pytest.mark.parametrize("content", [b"", b"not a dump\n", b"<html>"])
def test_anything_else_is_no_dump(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ArchiveError) as problem:
        archive.kind(_file(tmp_path, content))
    assert str(problem.value) == (
        "postgres-db.tgz is not a dump; use a .tgz, a .tgz.gpg, or the output of pg_dump -Fc."
    )


@pytest.mark.parametrize("name", ["backup/export", "./backup/export"])
def test_the_export_is_taken_out(tmp_path: Path, name: str) -> None:
    archive.unpack(_file(tmp_path, packed(name=name)), tmp_path / "export")
    assert (tmp_path / "export").read_bytes() == EXPORT


@pytest.mark.parametrize("cut", [20, 100, 5, 1])
def test_a_dump_that_was_cut_off_is_damaged(tmp_path: Path, cut: int) -> None:
    with pytest.raises(ArchiveError) as problem:
        archive.unpack(_file(tmp_path, packed()[:-cut]), tmp_path / "export")
    assert str(problem.value).startswith("postgres-db.tgz is damaged: ")
    assert str(problem.value).endswith("Take another dump.")


def test_a_flipped_byte_is_seen(tmp_path: Path) -> None:
    content = bytearray(packed())
    content[-6] ^= 1  # in gzip's checksum, behind all data
    with pytest.raises(ArchiveError, match=r"^postgres-db\.tgz is damaged: CRC check failed"):
        archive.unpack(_file(tmp_path, bytes(content)), tmp_path / "export")


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as problem:
        archive.unpack(_file(tmp_path, packed(name="etc/passwd")), tmp_path / "export")
    assert str(problem.value) == "postgres-db.tgz holds no backup/export, so it is not a dump of dokku-postgres."


def test_an_export_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as problem:
        archive.unpack(_file(tmp_path, packed(b"pg_dump: error: connection refused")), tmp_path / "export")
    assert str(problem.value) == (
        "postgres-db.tgz: its backup/export is not a PostgreSQL dump (it does not begin with PGDMP)."
    )


def test_the_right_passphrase_opens(tmp_path: Path) -> None:
    archive.unlock(_file(tmp_path, locked(packed(), "open")), tmp_path / "opened", "open")
    archive.unpack(tmp_path / "opened", tmp_path / "export")
    assert (tmp_path / "export").read_bytes() == EXPORT


def test_a_wrong_passphrase_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError) as problem:
        archive.unlock(_file(tmp_path, locked(packed(), "open"), "dump.tgz.gpg"), tmp_path / "opened", "wrong")
    assert str(problem.value) == "The passphrase does not open dump.tgz.gpg."


def test_gpgs_home_is_gone_afterwards(tmp_path: Path) -> None:
    before = set(Path("/tmp").glob("pb-*"))
    archive.unlock(_file(tmp_path, locked(packed(), "open")), tmp_path / "opened", "open")
    assert {path for path in set(Path("/tmp").glob("pb-*")) - before if (path / "pubring.kbx").exists()} == set()
