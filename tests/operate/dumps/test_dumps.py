"""A dump now, read back; and a dump to this machine."""

import json
import re
import stat
import tarfile
from pathlib import Path

import pytest

from operate.dumps.store import Store
from operate.stack.parse_outputs import parse
from sandbox.store import Store as Running
from tests.support.dumps import packed
from tests.support.hosts.estate import BUCKET, Estate
from tests.support.operate import Petbase, Pulumi, outputs

NAME = r"postgres-db-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d\.tgz"
DUMP = "postgres-db-2026-11-22-03-00-01.tgz"


@pytest.mark.usefixtures("estate")
def test_backup_prints_the_dump_it_read_back(petbase: Petbase) -> None:
    ran = petbase("backup")
    assert (ran.code, ran.err) == (0, "dumping db to db-backups\n")
    rows = [line.split(maxsplit=1) for line in ran.out.splitlines()]
    assert [row[0] for row in rows] == ["dump", "bucket", "size", "took"]
    assert re.fullmatch(NAME, rows[0][1].strip())
    assert re.fullmatch(r"[\d.]+ (bytes|kB), read back", rows[2][1].strip())


def test_backup_for_scripts_is_one_object(petbase: Petbase, estate: Estate) -> None:
    ran = petbase("backup", "--json")
    found = json.loads(ran.out)
    assert found.keys() == {"bucket", "key", "bytes", "seconds"}
    with Store(estate.stack) as store:
        assert [(dump.key, dump.size) for dump in store.dumps()] == [(found["key"], found["bytes"])]


def test_a_bucket_that_refuses_the_server_is_told_in_its_words(petbase: Petbase, estate: Estate) -> None:
    """pulumi up proves new credentials before it takes them; those of before may be revoked any day."""
    held = "/var/lib/dokku/services/postgres/db/backup/AWS_SECRET_ACCESS_KEY"
    estate.connection.run("sh", "-c", f"cp -p {held} {held}.right && echo {'c' * 64} >{held}")
    try:
        ran = petbase("backup")
    finally:
        estate.connection.run("mv", f"{held}.right", held)
    assert (ran.code, ran.out) == (1, "")
    assert "petbase: db could not be dumped to db-backups; nothing was changed. Look at: ./petbase doctor\n" in ran.err
    assert "SignatureDoesNotMatch" in ran.err


def test_a_dump_that_never_arrived_is_a_failure(
    petbase: Petbase, estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert estate.stack.service == "db"
    monkeypatch.setattr("operate.server.program.call", lambda *_, **__: None)
    ran = petbase("backup")
    assert ran.code == 1
    assert "petbase: The server says that the dump was sent, but db-backups holds no new one." in ran.err


def test_paused_backups_are_refused_with_the_way_out(petbase: Petbase, store: Running, pulumi: Pulumi) -> None:
    pulumi.stack("test", outputs(backups={"endpoint": store.endpoint, "paused": True}))
    ran = petbase("backup")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(
        "petbase: The backups of test are paused, so the server has no credentials for the bucket. "
        "Set backups.paused: false and run pulumi up.\n"
    )


@pytest.fixture
def dump(store: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """A dump in the bucket, and an empty folder to stand in."""
    content = packed()
    with Store(parse("test", outputs(backups={"endpoint": store.endpoint}))) as opened:
        opened._client.put_object(Bucket=BUCKET, Key=DUMP, Body=content)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return content


def test_download_brings_the_newest_whole_for_its_owner_only(petbase: Petbase, dump: bytes) -> None:
    ran = petbase("download")
    assert (ran.code, ran.out) == (0, f"{DUMP}\n")
    assert f"To open it: tar -xzf {DUMP}; pg_restore --list backup/export\n" in ran.err
    assert Path(DUMP).read_bytes() == dump
    assert stat.S_IMODE(Path(DUMP).stat().st_mode) == 0o600
    assert [path.name for path in Path().iterdir()] == [DUMP]
    with tarfile.open(DUMP) as tar:
        assert tar.getnames() == ["backup/export"]


@pytest.mark.usefixtures("dump")
def test_download_overwrites_nothing_unasked(petbase: Petbase) -> None:
    Path(DUMP).write_text("mine")
    ran = petbase("download")
    expected = f"petbase: {DUMP} is there already. Say --yes to replace it, or --output FILE.\n"
    assert (ran.code, ran.err) == (2, expected)
    assert Path(DUMP).read_text() == "mine"
    assert petbase("download", "--yes").code == 0
    assert Path(DUMP).read_text(errors="replace") != "mine"


def test_download_goes_where_it_is_told(petbase: Petbase, dump: bytes) -> None:
    Path("folder").mkdir()
    assert petbase("download", "--key", DUMP, "--output", "folder").out == f"folder/{DUMP}\n"
    assert petbase("download", "--output", "before.tgz").out == "before.tgz\n"
    assert Path("before.tgz").read_bytes() == Path(f"folder/{DUMP}").read_bytes() == dump
    ran = petbase("download", "--output", "nowhere/x")
    assert (ran.code, ran.err) == (2, "petbase: There is no folder nowhere.\n")


@pytest.mark.usefixtures("dump")
def test_a_download_that_breaks_leaves_only_what_the_next_one_continues(
    petbase: Petbase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operate.dumps.s3 import StoreError

    def breaks(*_: object) -> None:
        raise StoreError("cut")

    monkeypatch.setattr("operate.dumps.store.Store.fetch", breaks)
    assert petbase("download").code == 1
    assert [path.suffix for path in Path().iterdir()] == [".part"]


def test_an_empty_bucket_has_nothing_to_download(petbase: Petbase, store: Running) -> None:
    assert store.is_running()
    ran = petbase("download")
    assert (ran.code, ran.err) == (1, "petbase: No dump of db in db-backups yet. Make one: ./petbase backup\n")
