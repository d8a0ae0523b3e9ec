"""A dump's way here and to the server: cut off it goes on, damaged it does not come; and which passphrase opens it."""

import io
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from host.dumps.upload import UploadDump
from operate.core import times
from operate.core.errors import PetbaseError, RefusedError
from operate.dumps import dumps, passphrases, s3
from operate.dumps.s3 import StoreError
from operate.dumps.source import newest
from operate.dumps.store import Store
from operate.restore import upload
from operate.server import program
from operate.server.connection.errors import ConnectionCutError
from operate.stack.parse_outputs import parse
from sandbox.store import Store as Running
from tests.support.dumps import locked, packed
from tests.support.hosts.estate import BUCKET, ROWS, Estate
from tests.support.hosts.sandbox_host import in_container, wait_for
from tests.support.operate import Petbase, Pulumi, outputs

KEY = "postgres-db-2026-11-22-03-00-01.tgz"
BODY = bytes(range(256)) * 20_000


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/petbase/dumps"


@pytest.fixture
def opened(store: Running) -> Store:
    """The bucket with one object of 5 MB."""
    found = Store(parse("test", outputs(backups={"endpoint": store.endpoint})))
    found._client.put_object(Bucket=BUCKET, Key=KEY, Body=BODY)
    return found


class Ranges:
    """Writes down from where each download began; a wrapper around the real client, which does the work."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._real = store._client.get_object
        monkeypatch.setattr(store._client, "get_object", self._get)

    def _get(self, **words: Any) -> Any:
        self.asked.append(words.get("Range", "all"))
        return self._real(**words)


def test_a_download_that_was_cut_off_goes_on_where_it_stopped(
    opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranges, target = Ranges(opened, monkeypatch), tmp_path / "dump"
    target.write_bytes(BODY[:1_000_001])
    dumps.download(opened, opened.find(KEY), target)
    assert (target.read_bytes(), ranges.asked) == (BODY, ["bytes=1000001-"])
    dumps.download(opened, opened.find(KEY), target)
    assert ranges.asked == ["bytes=1000001-"]


def test_a_beginning_of_something_else_is_thrown_away(opened: Store, tmp_path: Path) -> None:
    target = tmp_path / "dump"
    target.write_bytes(b"other" * 100)
    with pytest.raises(StoreError, match=f"^{KEY} arrived damaged: "):
        dumps.download(opened, opened.find(KEY), target)
    assert target.read_bytes() == b""
    dumps.download(opened, opened.find(KEY), target)
    assert target.read_bytes() == BODY


def test_a_connection_that_breaks_is_made_again_while_bytes_come(
    opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Breaking:
        """A stand-in for a body whose connection breaks after one piece."""

        def __init__(self, real: Any) -> None:
            self._real = real

        def iter_chunks(self, size: int) -> Any:
            from botocore.exceptions import ReadTimeoutError

            yield next(iter(self._real.iter_chunks(size)))
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

    ranges, real = Ranges(opened, monkeypatch), opened._client.get_object

    def breaking(**words: Any) -> Any:
        found = real(**words)
        return {**found, "Body": Breaking(found["Body"])}

    monkeypatch.setattr(opened._client, "get_object", breaking)
    dumps.download(opened, opened.find(KEY), tmp_path / "dump")
    assert (tmp_path / "dump").read_bytes() == BODY
    assert ranges.asked == ["all", *[f"bytes={n << 20}-" for n in range(1, 5)]]


def test_download_keeps_what_came_beside_its_end(
    petbase: Petbase, opened: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, dump = tmp_path / "here.tgz", opened.find(KEY)
    part = dumps.part_of(dump, tmp_path, "here.tgz")

    def cut(*_: object) -> Any:
        yield BODY[:1000]
        raise StoreError("The bucket was not reached")

    with monkeypatch.context() as patch:
        patch.setattr(s3, "_chunks", cut)
        assert petbase("download", "--key", KEY, "--output", str(target)).code == 1
    assert (target.exists(), part.read_bytes(), part.stat().st_mode & 0o777) == (False, BODY[:1000], 0o600)
    assert petbase("download", "--key", KEY, "--output", str(target)).code == 0
    assert (target.read_bytes(), part.exists()) == (BODY, False)


def _arrived(estate: Estate) -> Path:
    """Where the server puts what is sent, until it is whole."""
    return estate.host.machine.root / "var/lib/petbase/services/db/restores"


def test_an_upload_that_was_cut_off_goes_on_where_it_stopped(
    estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "export"
    counted: list[int] = []
    file.write_bytes(BODY)
    real, folder = upload._chunks, _arrived(estate)

    def cut(path: Path, offset: int, seen: Any) -> Any:
        for number, chunk in enumerate(real(path, offset, seen)):
            if number == 3:
                wait_for(lambda: [part for part in folder.glob("*.part") if part.stat().st_size])
                raise ConnectionCutError("The connection was cut.")
            yield chunk

    def counting(path: Path, offset: int, seen: Any) -> Any:
        counted.append(offset)
        return real(path, offset, seen)

    monkeypatch.setattr(upload, "_chunks", cut)
    with pytest.raises(PetbaseError) as problem:
        upload.send(estate.stack, estate.connection, file)
    assert str(problem.value) == (
        "The connection was cut. Nothing was changed; run the same command again to continue."
    )
    monkeypatch.setattr(upload, "_chunks", counting)
    name = upload.send(estate.stack, estate.connection, file)
    assert 0 < counted[0] <= 3 << 18
    there = in_container(estate.host.machine.root, "db", f"/tmp/petbase_sent.{name}")
    assert (there.read_bytes(), there.stat().st_mode & 0o777) == (BODY, 0o600)
    upload.send(estate.stack, estate.connection, file)
    assert len(counted) == 1
    there.unlink()


def test_what_arrives_with_other_bytes_is_not_taken(estate: Estate) -> None:
    line = program.raw_line(estate.stack, estate.connection, UploadDump("db", "0" * 64, size=11))
    with pytest.raises(PetbaseError, match="it arrived with other bytes; run the same command again"):
        estate.connection.pour("sending", line, [b"other bytes"])
    assert list(_arrived(estate).glob("*")) == []


def test_a_server_without_room_is_sent_nothing(estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "export"
    file.write_bytes(BODY)
    monkeypatch.setattr(upload, "_MORE", 1 << 60)
    with pytest.raises(RefusedError, match=r"^The server's disk has \S+ \S+ free and a restore of 5\.1 MB needs "):
        upload.send(estate.stack, estate.connection, file)
    assert list(_arrived(estate).glob("*")) == []


@pytest.mark.soak
def test_a_restore_that_was_refused_keeps_what_came_and_one_that_ended_does_not(
    petbase: Petbase, estate: Estate, dump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = in_container(estate.host.machine.root, "db", "/tmp")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert petbase("restore", "--key", dump).code == 2  # there is no answer
    (kept,) = folder.glob("petbase_*")
    assert kept.name.startswith(f"petbase_sent.{dump}.")
    assert petbase("restore", "--key", dump, "--yes", "--no-safety-dump").code == 0
    assert list(folder.glob("petbase_*")) == []


def test_only_their_owner_can_look_at_downloads(cache: Path) -> None:
    dumps.cache(parse("test", outputs()))
    assert cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("cache")
def test_a_download_that_was_not_continued_goes_after_a_week() -> None:
    stack = parse("test", outputs())
    folder = dumps.cache(stack)
    (folder / "old").write_text("old")
    (folder / "new").write_text("new")
    week = (datetime.now(UTC) - timedelta(days=8)).timestamp()
    os.utime(folder / "old", (week, week))
    assert [path.name for path in dumps.cache(stack).iterdir()] == ["new"]


def test_the_newest_dump_of_that_time_or_before_is_taken(store: Running) -> None:
    with Store(parse("test", outputs(backups={"endpoint": store.endpoint}))) as opened:
        for day in (20, 21, 22):
            opened._client.put_object(Bucket=BUCKET, Key=f"postgres-db-2026-11-{day}-03-00-01.tgz", Body=b"x")
        for text, day in (("2026-11-21 03:00:01Z", 21), ("2026-11-21 03:00:00Z", 20), ("2026-11-23 04:30+02:00", 22)):
            assert newest(opened, times.parse(text)).key == f"postgres-db-2026-11-{day}-03-00-01.tgz"
        with pytest.raises(RefusedError) as problem:
            newest(opened, times.parse("2026-11-19 00:00Z"))
    assert str(problem.value) == (
        "No dump of db is as old as 2026-11-19 00:00:00 UTC; the oldest is of 2026-11-20 03:00:01 UTC."
    )


@pytest.mark.parametrize(
    ("zone", "text", "shown"),
    [
        ("UTC", "2026-11-21 18:30", "2026-11-21 18:30:00 UTC"),
        ("Europe/Berlin", "2026-11-21 18:30", "2026-11-21 18:30:00 CET (17:30:00 UTC)"),
        ("Europe/Berlin", "2026-11-21T23:30:00Z", "2026-11-22 00:30:00 CET (2026-11-21 23:30:00 UTC)"),
    ],
)
def test_a_time_is_the_callers_own_and_shown_with_utc(
    monkeypatch: pytest.MonkeyPatch, zone: str, text: str, shown: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert times.with_local_time(times.parse(text)) == shown
    finally:
        monkeypatch.undo()
        time.tzset()


def test_after_a_change_of_passphrase_old_dumps_open_by_the_old_one_and_new_ones_by_the_new(
    tmp_path: Path, pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi.stack("test", outputs(), backupPassphrase="new words")
    content = packed()
    for phrase in ("old words", "new words"):
        (tmp_path / phrase).write_bytes(locked(content, phrase))
    monkeypatch.setenv("PETBASE_BACKUP_PASSPHRASE", "old words")
    for phrase in ("old words", "new words"):
        passphrases.unlock(tmp_path / phrase, tmp_path / "opened", "test")
        assert (tmp_path / "opened").read_bytes() == content


def test_passphrases_that_do_not_open_are_named_by_their_fingerprints(
    tmp_path: Path, pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi.stack("test", outputs(), backupPassphrase="new words")
    monkeypatch.setenv("PETBASE_BACKUP_PASSPHRASE", "old words")
    (tmp_path / "dump.tgz.gpg").write_bytes(locked(packed(), "older words"))
    with pytest.raises(PetbaseError) as problem:
        passphrases.unlock(tmp_path / "dump.tgz.gpg", tmp_path / "opened", "test")
    assert str(problem.value) == (
        "The passphrase does not open dump.tgz.gpg; tried, by its fingerprint: 51eb7dc8 of PETBASE_BACKUP_PASSPHRASE "
        "and 45d026aa of petbase:backupPassphrase. Was it changed since? Set PETBASE_BACKUP_PASSPHRASE to the one of "
        "that time; its recovery sheet names it."
    )


def test_a_fingerprint_is_always_the_same_and_tells_two_passphrases_apart() -> None:
    assert passphrases.fingerprint("old words") == passphrases.fingerprint("old words") == "51eb7dc8"
    assert passphrases.fingerprint("new words") != "51eb7dc8"


@pytest.mark.soak
def test_json_tells_what_was_done(petbase: Petbase, estate: Estate, dump: str) -> None:
    ran = petbase("restore", "--key", dump, "--yes", "--no-safety-dump", "--json")
    told = json.loads(ran.out)
    seconds, steps, fingerprint = told.pop("seconds"), told.pop("steps"), told.pop("fingerprint")
    assert told.pop("old").startswith("db before 20")
    assert told == {
        "service": "db",
        "dump": dump,
        "made": datetime.strptime(dump[12:31], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC).isoformat(),
        "bytes": told["bytes"],
        "kept": None,
        "app": None,
        "into": None,
        "schemas": ["fruits", "shop"],
        "safety_dump": None,
        "failures": [],
        "kept_live": [],
        "set_aside": [name for name in told["set_aside"] if name.startswith("db before ")],
    }
    assert len(told["set_aside"]) == 1
    assert len(fingerprint) == 64
    assert [one["step"].partition(":")[0] for one in steps] == ["db"] * 3
    assert 0 < sum(one["seconds"] for one in steps) <= seconds
    assert estate.sql(ROWS) == "apple banana"
