"""A dump's way to the server: fetched by itself, continued where it was cut, its address never shown.

What the server calls for it, and does with what is there, is in tests/host/dumps/test_fetch.py.
"""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from host.dumps.unpack import DAMAGED, LOCKED
from operate.dumps import passphrases
from operate.dumps.archive import ArchiveError
from operate.dumps.objects import Dump
from operate.dumps.store import Store
from operate.restore import delivery
from operate.server.program import CommandFailedError
from sandbox.store import Store as Running
from sandbox.store import faults
from tests.support.dumps import EXPORT, locked, packed
from tests.support.hosts.estate import BUCKET, ROWS, Estate
from tests.support.hosts.sandbox_host import in_container
from tests.support.operate import Petbase, Pulumi

MADE = "postgres-db-2026-11-22-03-00-01.tgz"
FOLDER = "/var/lib/petbase/services/db/restores"


@pytest.fixture
def opened(estate: Estate) -> Store:
    """The bucket; nothing of an earlier test on the server."""
    estate.connection.run("sh", "-c", f"rm -rf {FOLDER}")
    for file in inside(estate):
        file.unlink()
    return Store(estate.stack)


def put(opened: Store, content: bytes, name: str = MADE) -> Dump:
    opened._client.put_object(Bucket=BUCKET, Key=name, Body=content)
    return opened.find(name)


def inside(estate: Estate) -> list[Path]:
    return sorted(in_container(estate.host.machine.root, "db", "/tmp").glob("petbase_*"))


def there(estate: Estate) -> list[str]:
    begun = estate.connection.run("ls", "-A", FOLDER).split()
    return [file.name.removeprefix("petbase_sent.") for file in inside(estate)] + begun


def content(estate: Estate, name: str) -> bytes:
    return in_container(estate.host.machine.root, "db", f"/tmp/petbase_sent.{name}").read_bytes()


def downloads(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_the_server_fetches_it_by_itself(estate: Estate, opened: Store, tmp_path: Path) -> None:
    dump = put(opened, packed())
    found = delivery.dump(estate.stack, estate.connection, opened, dump)
    assert (found.source.name, found.download, downloads(tmp_path)) == (MADE, None, [])
    assert there(estate) == [found.name] == [f"{MADE}.{dump.etag}"]
    assert content(estate, found.name) == EXPORT
    assert [oct(file.stat().st_mode & 0o777) for file in inside(estate)] == ["0o600"]


def test_a_damaged_one_and_one_that_no_passphrase_opens_do_not_come() -> None:
    """What the server says of them: tests/host/dumps/test_fetch.py."""
    tried = {"old words": "PETBASE_BACKUP_PASSPHRASE", "new words": "petbase:backupPassphrase"}
    damaged = delivery._in_words(CommandFailedError(f"{MADE} is damaged: tar", "", DAMAGED), MADE, {})
    assert (type(damaged), str(damaged)) == (
        ArchiveError,
        f"{MADE} is damaged: tar. Take another dump.",
    )
    locked_out = delivery._in_words(CommandFailedError("no known passphrase opens it", "", LOCKED), MADE, tried)
    assert str(locked_out) == str(passphrases.wrong_passphrase_error(MADE, tried))


@pytest.mark.soak
def test_what_was_cut_off_goes_on_where_it_stopped(estate: Estate, opened: Store, running_store: Running) -> None:
    """In transit first, within one run; then from what an earlier run left, of which not a byte comes again."""
    body = packed(b"PGDMP" + bytes(range(256)) * 8000)
    dump = put(opened, body)
    faults.order(running_store.root, truncate=len(body) // 3, method="GET", key=MADE)
    found = delivery.dump(estate.stack, estate.connection, opened, dump)
    assert content(estate, found.name) == b"PGDMP" + bytes(range(256)) * 8000
    inside(estate)[0].unlink()
    (estate.host.machine.root / FOLDER.lstrip("/") / f"{found.name}.part").write_bytes(body[:-1])
    faults.order(running_store.root, truncate=1, times=0, method="GET", key=MADE)
    try:
        assert delivery.dump(estate.stack, estate.connection, opened, dump) == found
    finally:
        faults.clear(running_store.root)
    assert there(estate) == [found.name]


def test_where_the_store_refuses_the_server_it_comes_by_way_of_this_machine(
    petbase: Petbase, estate: Estate, dump: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    estate.sql("TRUNCATE fruits.fruits;")
    real = Store.address
    monkeypatch.setattr(Store, "address", lambda self, dump: real(self, dump)[:-8] + "00000000")
    refused = "The server cannot fetch the dump: curl: (22) The requested URL returned error: 403"
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    ran = petbase("restore", "--key", dump)
    assert (ran.code, ran.err.splitlines()[1]) == (2, f"{refused}. It comes by way of this machine.")
    assert downloads(tmp_path) == [dump]
    assert petbase("restore", "--key", dump, "--yes", "--no-safety-dump").code == 0
    assert (estate.sql(ROWS), downloads(tmp_path)) == ("apple banana", [])


def test_a_name_that_is_no_dumps_comes_by_way_of_this_machine(estate: Estate, opened: Store) -> None:
    """What it is shows its content, which is looked at here."""
    found = delivery.dump(estate.stack, estate.connection, opened, put(opened, EXPORT, "by-hand"))
    assert found.download
    assert content(estate, found.name) == EXPORT


def test_the_address_and_the_passphrases_stay_nowhere(
    estate: Estate, opened: Store, petbase: Petbase, pulumi: Pulumi
) -> None:
    """What its processes are called with: tests/host/dumps/test_fetch.py."""
    pulumi.stack("test", estate.outputs, backupPassphrase="old words")
    petbase.secrets = [*petbase.secrets, "old words"]
    delivery.dump(estate.stack, estate.connection, opened, put(opened, locked(packed(), "old words"), f"{MADE}.gpg"))
    words = ["grep", "--recursive", "--text", "--devices=skip", "--files-with-matches", "--no-messages"]
    disk = estate.host.machine.root
    (disk / "root/control").write_text("X-Amz-Signature=1")
    found = subprocess.run(
        [*words, "-e", "X-Amz-Signature", "-e", "old words", str(disk)], capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == [str(disk / "root/control")]
