"""A dump from the bucket into the container, in real pipes; and the sentence for each way in which it fails."""

import gzip
import io
import os
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from host.core.host import Host
from host.dumps.bucket import Bucket
from host.dumps.container_file import ContainerFile
from host.dumps.credentials import Credentials
from host.dumps.unpack import DAMAGED, FETCH, FULL, LOCKED, STOPPED, Packed, UnpackError, packed, unpack
from host.programs.runner import Answer, Stage
from host.programs.system_runner import SystemRunner

NAME = "postgres-db-2026-11-22-03-00-01.tgz"
EXPORT = b"PGDMP" + bytes(range(256)) * 4000


def archive(member: str = "backup/export", content: bytes = EXPORT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        info = tarfile.TarInfo(member)
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def flipped(whole: bytes) -> bytes:
    middle = len(whole) // 2
    return whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]


@dataclass
class Shells(SystemRunner):
    """Docker's stages are shell texts instead: `fetch`, `decrypt`, `put`."""

    texts: dict[str, str] = field(default_factory=dict)
    seen: list[list[str]] = field(default_factory=list)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        self.seen += [list(stage.words) for stage in stages]
        return super().pipe([Stage(self._words(stage.words), stage.env) for stage in stages], stdin=stdin)

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:  # noqa: ARG002
        raise AssertionError(words)

    def _words(self, words: Sequence[str]) -> Sequence[str]:
        if words[0] != "docker":
            return words
        kind = "put" if words[1] == "exec" else "decrypt" if "ENCRYPTION_KEY" in words else "fetch"
        return ["sh", "-c", self.texts[kind]]


@pytest.fixture
def runner(tmp_path: Path) -> Shells:
    (tmp_path / "dump").write_bytes(archive())
    return Shells(texts={"fetch": f"cat {tmp_path}/dump", "put": f"cat >{tmp_path}/export", "decrypt": "cat"})


@pytest.fixture
def bucket(tmp_path: Path, runner: Shells) -> Bucket:
    host = Host("prod", runner, root=tmp_path)
    return Bucket(host, "db", "db-backups", "", "https://store", Credentials("AKIA", "s3cr3t", "auto"))


def into(bucket: Bucket) -> ContainerFile:
    return ContainerFile(bucket.host, "db", "/tmp/petbase_drill")


def failure(bucket: Bucket, name: str = NAME, passphrase: str = "") -> tuple[str, str]:
    with pytest.raises(UnpackError) as problem:
        unpack(bucket, name, into(bucket), passphrase)
    return problem.value.cause, str(problem.value)


def test_the_export_arrives_whole_without_a_file_in_between(bucket: Bucket, runner: Shells, tmp_path: Path) -> None:
    unpack(bucket, NAME, into(bucket))
    assert (tmp_path / "export").read_bytes() == EXPORT
    assert [words[-1] for words in runner.seen] == ["-", "backup/export", "/tmp/petbase_drill"]


def test_a_locked_one_is_opened_by_a_passphrase_that_is_no_word(bucket: Bucket, runner: Shells, tmp_path: Path) -> None:
    runner.texts["decrypt"] = '[ "$ENCRYPTION_KEY" = "open sesame" ] && cat'
    unpack(bucket, f"{NAME}.gpg", into(bucket), "open sesame")
    assert (tmp_path / "export").read_bytes() == EXPORT
    assert not [word for words in runner.seen for word in words if "sesame" in word]


def test_what_cannot_be_fetched_is_not_taken_for_damaged(bucket: Bucket, runner: Shells) -> None:
    runner.texts["fetch"] = "echo 'fatal error: (404)' >&2; exit 1"
    assert failure(bucket) == (FETCH, f"{NAME} cannot be fetched: fatal error: (404)")


def test_a_wrong_passphrase_is_named_and_so_is_a_missing_one(bucket: Bucket, runner: Shells) -> None:
    runner.texts["decrypt"] = "echo 'gpg: decryption failed: Bad session key' >&2; exit 2"
    assert failure(bucket, f"{NAME}.gpg", "x") == (
        LOCKED,
        f"{NAME}.gpg cannot be decrypted with the passphrase of this server (gpg: decryption failed: Bad session key): "
        "it was made with another one, or it is damaged. After a change of passphrase: ./petbase backup",
    )
    assert failure(bucket, f"{NAME}.gpg") == (LOCKED, f"{NAME}.gpg is encrypted, and this server has no passphrase")
    runner.texts["decrypt"] = "echo 'gpg: no valid OpenPGP data found.' >&2; exit 2"
    assert failure(bucket, f"{NAME}.gpg", "x") == (
        DAMAGED,
        f"{NAME}.gpg cannot be decrypted: gpg: no valid OpenPGP data found.",
    )


@pytest.mark.parametrize(
    "content",
    [archive()[:-20], flipped(archive()), b"no dump", archive(member="other"), gzip.compress(b"no tar")],
    # Not the bytes themselves: they hold the time, and xdist wants the same names in each process.
    ids=["cut", "flipped", "text", "another member", "no tar"],
)
def test_a_damaged_one_is_told_as_damaged(bucket: Bucket, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dump").write_bytes(content)
    assert failure(bucket)[0] == DAMAGED
    with pytest.raises(UnpackError, match="is damaged"):
        packed(bucket, NAME).check_export(bucket.host)


def test_a_full_disk_and_a_container_that_has_gone_are_told_apart(bucket: Bucket, runner: Shells) -> None:
    runner.texts["put"] = "echo 'cat: write error: No space left on device' >&2; exit 1"
    assert failure(bucket) == (FULL, f"the disk filled up while {NAME} was unpacked. Look at: df --human-readable")
    runner.texts["put"] = "echo 'Error: No such container: dokku.postgres.db' >&2; exit 1"
    assert failure(bucket) == (
        STOPPED,
        "the container of db took no file (Error: No such container: dokku.postgres.db). Look at: dokku postgres:info "
        "db",
    )


def test_the_check_reads_all_of_it_and_keeps_its_first_bytes(bucket: Bucket, tmp_path: Path) -> None:
    packed(bucket, NAME).check_export(bucket.host)
    (tmp_path / "dump").write_bytes(archive(content=b"SELECT 1"))
    with pytest.raises(UnpackError) as problem:
        packed(bucket, NAME).check_export(bucket.host)
    assert str(problem.value) == f"{NAME} holds nothing that pg_dump writes. Try: ./petbase backup"


def test_a_dump_may_come_from_a_file_of_the_server(bucket: Bucket, tmp_path: Path) -> None:
    file = os.open(tmp_path / "dump", os.O_RDONLY)
    Packed(NAME, "").into(into(bucket), stdin=file)
    os.close(file)
    assert (tmp_path / "export").read_bytes() == EXPORT
