"""A dump's way to the server: fetched by itself, continued where it was cut, its address never shown.

What the server calls for it, and does with what is there, is in tests/host/dumps/test_fetch.py.
"""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from operate.core.errors import PetbaseError
from operate.dumps import passphrases
from operate.dumps.archive import ArchiveError
from operate.dumps.objects import Dump
from operate.dumps.store import Store
from operate.restore import delivery
from sandbox.store import Store as Running
from sandbox.store import faults
from tests.support.dumps import EXPORT, locked, packed
from tests.support.hosts.estate import BUCKET, ROWS, Estate
from tests.support.hosts.sandbox_host import in_container
from tests.support.operate import Petbase, Pulumi

MADE = "postgres-db-2026-11-22-03-00-01.tgz"
FOLDER = "/var/lib/petbase/services/db/restores"
CREDENTIALS = "/var/lib/dokku/services/postgres/db/backup"


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


@pytest.mark.soak
def test_a_server_without_credentials_gets_it_too(petbase: Petbase, estate: Estate, dump: str) -> None:
    """Its token was revoked, or the backups are paused."""
    estate.sql("TRUNCATE fruits.fruits;")
    estate.connection.run("mv", CREDENTIALS, f"{CREDENTIALS}.away")
    try:
        ran = petbase("restore", "--key", dump, "--yes", "--no-safety-dump")
    finally:
        estate.connection.run("mv", f"{CREDENTIALS}.away", CREDENTIALS)
    assert (ran.code, "by way of this machine" in ran.err) == (0, False)
    assert estate.sql(ROWS) == "apple banana"


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


@pytest.mark.soak
def test_what_a_cut_unpacking_left_is_not_taken_for_the_dump(estate: Estate, opened: Store) -> None:
    dump = put(opened, packed())
    name = f"{MADE}.{dump.etag}"
    begun = in_container(estate.host.machine.root, "db", f"/tmp/petbase_sent.{name}.part")
    begun.write_bytes(EXPORT[:100])
    (estate.host.machine.root / FOLDER.lstrip("/")).mkdir()
    (estate.host.machine.root / FOLDER.lstrip("/") / f"{name}.part").write_bytes(packed())
    delivery.dump(estate.stack, estate.connection, opened, dump)
    assert (content(estate, name), there(estate)) == (EXPORT, [name])


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


@pytest.mark.soak
def test_a_damaged_one_does_not_come(estate: Estate, opened: Store) -> None:
    whole = packed()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    for body in (bytes(flipped), whole[:-9], packed(name="backup/other")):
        with pytest.raises(ArchiveError, match=rf"^{re.escape(MADE)} is damaged: .+\. Take another dump\.$"):
            delivery.dump(estate.stack, estate.connection, opened, put(opened, body))
        assert there(estate) == []


def test_a_name_that_is_no_dumps_comes_by_way_of_this_machine(estate: Estate, opened: Store) -> None:
    """What it is shows its content, which is looked at here."""
    found = delivery.dump(estate.stack, estate.connection, opened, put(opened, EXPORT, "by-hand"))
    assert found.download
    assert content(estate, found.name) == EXPORT


@pytest.fixture
def phrases(petbase: Petbase, pulumi: Pulumi, estate: Estate, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """phrases("of the stack", "of the environment"), of which no output may show one."""

    def known(own: str, given: str | None = None) -> None:
        pulumi.stack("test", estate.outputs, backupPassphrase=own)
        if given:
            monkeypatch.setenv("PETBASE_BACKUP_PASSPHRASE", given)
        petbase.secrets = [*petbase.secrets, own, *([given] if given else [])]

    return known


@pytest.mark.soak
@pytest.mark.parametrize("given", [None, "other words"])
def test_a_locked_one_is_opened_there_by_one_of_two_passphrases(
    estate: Estate, opened: Store, phrases: Callable[..., None], given: str | None
) -> None:
    phrases("old words", given)
    dump = put(opened, locked(packed(), "old words"), f"{MADE}.gpg")
    found = delivery.dump(estate.stack, estate.connection, opened, dump)
    assert (found.download, content(estate, found.name), there(estate)) == (None, EXPORT, [found.name])


@pytest.mark.soak
def test_one_that_no_passphrase_opens_names_those_that_were_tried(
    estate: Estate, opened: Store, phrases: Callable[..., None]
) -> None:
    phrases("new words", "old words")
    dump = put(opened, locked(packed(), "older words"), f"{MADE}.gpg")
    with pytest.raises(PetbaseError) as problem:
        delivery.dump(estate.stack, estate.connection, opened, dump)
    assert str(problem.value) == str(
        passphrases.wrong_passphrase_error(
            dump.name, {"old words": "PETBASE_BACKUP_PASSPHRASE", "new words": "petbase:backupPassphrase"}
        )
    )
    # The next try, with the right one, has it there.
    assert there(estate) == [f"{dump.name}.{dump.etag}.part"]


@pytest.mark.soak
def test_a_locked_one_that_is_cut_short_is_damaged_and_no_passphrases_fault(
    estate: Estate, opened: Store, phrases: Callable[..., None]
) -> None:
    phrases("old words")
    dump = put(opened, locked(packed(), "old words")[:-40], f"{MADE}.gpg")
    with pytest.raises(ArchiveError, match=rf"^{re.escape(MADE)}\.gpg .+\. Take another dump\.$") as problem:
        delivery.dump(estate.stack, estate.connection, opened, dump)
    assert "passphrase" not in str(problem.value)
    assert there(estate) == []


def test_the_address_and_the_passphrases_stay_nowhere(
    estate: Estate, opened: Store, phrases: Callable[..., None]
) -> None:
    """What its processes are called with: tests/host/dumps/test_fetch.py."""
    phrases("old words")
    delivery.dump(estate.stack, estate.connection, opened, put(opened, locked(packed(), "old words"), f"{MADE}.gpg"))
    words = ["grep", "--recursive", "--text", "--devices=skip", "--files-with-matches", "--no-messages"]
    disk = estate.host.machine.root
    (disk / "root/control").write_text("X-Amz-Signature=1")
    found = subprocess.run(
        [*words, "-e", "X-Amz-Signature", "-e", "old words", str(disk)], capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == [str(disk / "root/control")]
