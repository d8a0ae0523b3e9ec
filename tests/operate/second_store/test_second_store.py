"""Verified dumps in a store of another provider, on a host: copied, and restored when the first store is gone."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.copy.run import RunCopy
from sandbox.store import Store, objects, tamper
from tests.examples import postgres
from tests.operate.backups.test_recovery_sheet import _blocks
from tests.operate.second_store.conftest import send
from tests.support.hosts.estate import BUCKET, ROWS, Estate
from tests.support.operate import SECOND, Petbase

COPIES, COPY = SECOND["bucket"], RunCopy("db")


@pytest.fixture
def copied(petbase: Petbase, estate: Estate, dump: str, second: Store) -> str:
    assert second.is_running()
    assert petbase("drill").code == 0
    assert petbase("copy").code == 0
    assert estate.sql(ROWS) == "apple banana"
    return dump


@pytest.fixture
def gone(running_store: Store) -> Iterator[Store]:
    running_store.stop()
    yield running_store
    running_store.start()


def keys(store: Store) -> list[str]:
    return [one.key for one in objects.listing(store.root, COPIES)]


def test_a_verified_dump_is_in_both_stores(petbase: Petbase, copied: str, second: Store, running_store: Store) -> None:
    assert f"test/{copied}" in keys(second)
    there = tamper.content(second.root, COPIES, f"test/{copied}")
    assert there == tamper.content(running_store.root, BUCKET, copied)
    words = f"1 copy in copies/test at {second.endpoint}; the newest is {copied}, "
    assert words in " ".join(petbase("backups").out.split())
    told = json.loads(petbase("backups", "--from", "copy", "--json").out)["dumps"]
    assert [(one["key"], one["verified"]) for one in told] == [(f"test/{copied}", True)]
    found = json.loads(petbase("doctor", "--json").out)["findings"]
    about = {one["about"]: (one["level"], one["says"]) for one in found}
    assert about["second store"][0] == "well", about
    assert about["second store"][1].startswith(f"{copied}, ")
    assert about["timer copy"] == ("well", "active, every hour")
    before = keys(second)
    assert petbase("copy", "--json").code == 0
    assert keys(second) == before


def test_it_comes_back_when_the_first_store_is_gone(petbase: Petbase, estate: Estate, copied: str, gone: Store) -> None:
    assert not gone.is_running()
    estate.sql("DROP TABLE fruits.fruits CASCADE;")
    assert petbase("restore", "--yes").code == 1
    ran = petbase("restore", "--from", "copy", "--yes")
    assert ran.code == 1
    assert "The safety dump was not made: The bucket db-backups at " in ran.err
    assert "--no-safety-dump continues without it; the live data is kept on the server either way." in ran.err
    ran = petbase("restore", "--from", "copy", "--yes", "--no-safety-dump")
    assert (ran.code, ran.out) == (0, f"db holds test/{copied} again: fruits, shop.\n"), ran.err
    assert estate.sql(ROWS) == "apple banana"


@pytest.mark.soak
def test_one_app_and_a_download_come_from_it_too(
    petbase: Petbase, estate: Estate, copied: str, gone: Store, tmp_path: Path
) -> None:
    assert not gone.is_running()
    estate.sql("DELETE FROM fruits.fruits;")
    assert petbase("restore", "--from", "copy", "--app", "fruits", "--yes", "--no-safety-dump").code == 0
    assert estate.sql(ROWS) == "apple banana"
    assert petbase("download", "--from", "copy", "--output", str(tmp_path / copied)).code == 0


@pytest.mark.soak
def test_the_recovery_sheet_brings_it_back_by_hand(petbase: Petbase, copied: str, gone: Store, tmp_path: Path) -> None:
    assert not gone.is_running()
    petbase.secrets = []
    ran = petbase("recovery-sheet", "--with-secrets")
    assert (ran.code, "The rest describes the second store." in ran.err) == (0, True)
    first, second = ran.out.split("## The same from the second store")
    assert "This store did not open when the sheet was printed." in first
    (tmp_path / "elsewhere").mkdir()
    elsewhere = postgres.start(tmp_path / "elsewhere")
    try:
        elsewhere.run("CREATE DATABASE fresh")
        environment = {
            "PATH": f"{postgres.binaries()}:/usr/bin:/bin",
            "DATABASE": f"postgres://postgres@127.0.0.1:{elsewhere.port}/fresh",
            "PGPASSWORD": postgres.PASSWORD,
            "HOME": str(tmp_path),
        }
        script = "\n".join(_blocks(second))
        words = ["sh", "-e"]
        done = subprocess.run(
            words, input=script, cwd=tmp_path, env=environment, text=True, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout.splitlines()) == (0, [copied]), done.stderr
        rows = elsewhere.run("SELECT string_agg(name, ' ' ORDER BY id) FROM fruits.fruits", "fresh")
    finally:
        elsewhere.stop()
    assert rows == [("apple banana",)]


@pytest.mark.soak
def test_an_encrypted_dump_travels_as_it_is(
    petbase: Petbase, estate: Estate, second: Store, running_store: Store
) -> None:
    petbase.secrets = [*petbase.secrets, "open-sesame"]
    estate.connection.run("dokku", "postgres:backup-set-encryption", "db", "open-sesame")
    try:
        key: str = json.loads(petbase("backup", "--json").out)["key"]
        assert petbase("drill").code == 0
        send(estate, COPY)
    finally:
        estate.connection.run("dokku", "postgres:backup-unset-encryption", "db")
    assert key.endswith(".tgz.gpg")
    there = tamper.content(second.root, COPIES, f"test/{key}")
    assert there == tamper.content(running_store.root, BUCKET, key)
    assert not there.startswith(b"\x1f\x8b")


def test_without_a_second_store_it_says_what_to_write(petbase: Petbase, estate: Estate) -> None:
    assert estate.sql(ROWS) == "apple banana"
    way_out = "Set backups.copy in the stack file, and run: pulumi up --stack test"
    says = f"petbase: The stack test has no second store. {way_out}\n"
    for words in (
        ["restore", "--from", "copy"],
        ["copy"],
        ["backups", "--from", "copy"],
        ["download", "--from", "copy"],
    ):
        ran = petbase(*words)
        assert (ran.code, ran.err) == (2, says)
    ran = petbase("restore", "--from", "copy", "--kept", "db before x")
    assert (ran.code, ran.err) == (
        2, "petbase: --from copy takes a dump of the second store, and --kept something else; use one of them.\n"
    )  # fmt: skip
