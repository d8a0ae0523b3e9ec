"""A dump that comes from the caller's machine: continued where it was cut, taken only when it is whole."""

import fcntl
import hashlib
import json
import os
import shlex

import pytest

from host.dumps.container_file import _PUT
from host.dumps.incoming import ShowUploadStatus
from host.dumps.upload import UploadDump
from host.programs.runner import Answer
from tests.host.recorder import Recorder

CONTENT = b"PGDMP and what follows"
NAME = hashlib.sha256(CONTENT).hexdigest()
PART = f"/var/lib/petbase/services/db/restores/{NAME}.part"
INSIDE = "docker exec --interactive dokku.postgres.db"
SENT = f"/tmp/petbase_sent.{NAME}"
PUT = f"{INSIDE} sh -c {shlex.quote(_PUT)} sh {SENT}.part"
DF = {f"{INSIDE} df": "Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 100 50 40 60% /\n"}


def upload(size: int = len(CONTENT), offset: int = 0) -> UploadDump:
    return UploadDump("db", NAME, size=size, offset=offset)


def test_a_whole_one_gets_its_name_in_the_container(server: Recorder) -> None:
    server.stdin = CONTENT
    assert server.run(upload()) == [PUT, f"{INSIDE} mv {SENT}.part {SENT}"]
    assert not server.file(PART).exists()


def test_what_a_cut_connection_left_is_continued(server: Recorder) -> None:
    server.stdin = CONTENT[:9]
    assert server.fails(upload()) == "it came cut off; run the same command again to continue"
    assert (server.runner.lines, server.file(PART).read_bytes()) == ([], CONTENT[:9])
    assert server.file(PART).stat().st_mode & 0o777 == 0o600
    server.stdin = CONTENT[9:]
    assert server.run(upload(offset=9))[0] == PUT


def test_bytes_behind_the_offset_are_replaced(server: Recorder) -> None:
    server.put(PART, "PGDMP and something else, and longer")
    server.stdin = CONTENT[5:]
    assert server.run(upload(offset=5))[0] == PUT


def test_other_bytes_are_thrown_away(server: Recorder) -> None:
    server.stdin = CONTENT[::-1]
    assert server.fails(upload()) == "it arrived with other bytes; run the same command again"
    assert (server.runner.lines, server.file(PART).exists()) == ([], False)


def test_what_a_full_disk_leaves_goes(server: Recorder) -> None:
    server.stdin = CONTENT
    full = {PUT: Answer(1, "", "cat: write error: No space left on device\n")}
    assert server.fails(upload(), full) == (
        "the server's disk is full; nothing was changed. Look at: df --human-readable"
    )
    assert server.runner.lines == [PUT, f"{INSIDE} rm -f {SENT}.part"]
    assert not server.file(PART).exists()


def test_a_container_that_has_gone_keeps_what_came(server: Recorder) -> None:
    server.stdin = CONTENT
    assert server.fails(upload(), {PUT: Answer(1, "", "No such container\n")}) == (
        "the container of db took no file. Look at: dokku postgres:info db"
    )
    assert server.file(PART).read_bytes() == CONTENT


def test_two_at_once_do_not_write_to_one_file(server: Recorder) -> None:
    server.put(PART, "")
    with server.file(PART).open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert server.fails(upload()) == "another restore sends the same dump; wait until it ends"


def test_a_name_that_is_a_path_is_refused(server: Recorder) -> None:
    assert server.fails(UploadDump("db", "../owner", size=1)) == (
        '"../owner" cannot be the name of a dump on its way; nothing was done. Name it by its SHA-256'
    )


@pytest.mark.parametrize("whole", [True, False])
def test_how_much_is_there_is_told_with_the_room_on_the_disk(server: Recorder, *, whole: bool) -> None:
    server.put(PART, "12345")
    os.utime(server.file(PART), (server.now,) * 2)
    lines = server.run(ShowUploadStatus("db", NAME), {f"{INSIDE} test": Answer(0 if whole else 1)}, DF)
    assert lines == [
        f"{INSIDE} find /tmp -maxdepth 1 -name 'petbase_sent.*' -mtime +0 -delete",
        f"{INSIDE} test -e {SENT}",
        f"{INSIDE} df -P -k /tmp",
    ]
    assert json.loads(server.printed) == {"whole": whole, "bytes": 5, "free": 40 << 10}


def test_an_upload_that_was_not_continued_within_a_day_goes(server: Recorder) -> None:
    server.put(PART, "12345")
    os.utime(server.file(PART), (server.now - 90_000,) * 2)
    server.run(ShowUploadStatus("db", NAME), DF)
    assert not server.file(PART).exists()


def test_a_container_that_does_not_answer_is_no_empty_one(server: Recorder) -> None:
    gone = {f"{INSIDE} test": Answer(1, "", "Error response from daemon: No such container\n")}
    assert server.fails(ShowUploadStatus("db", NAME), gone, DF) == (
        "the container of db does not answer. Look at: dokku postgres:info db"
    )
