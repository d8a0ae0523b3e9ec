"""A dump that the server fetches: what curl and Docker are called with, and that no word of it is a secret."""

import shlex

import pytest

from host.core.errors import HostError
from host.dumps.container_file import _PUT
from host.dumps.fetch import FetchDump
from host.programs.runner import Answer
from tests.host.recorder import Recorder

URL = "https://0123.r2.cloudflarestorage.com/db-backups/postgres-db.tgz?X-Amz-Signature=s3cr3t"
SECRETS = {"address": URL, "passphrase": "wrong w0rds", "other_passphrase": "right w0rds"}
PART = "/var/lib/petbase/services/db/restores/c0ffee.part"
INSIDE = "docker exec --interactive dokku.postgres.db"
SENT = "/tmp/petbase_sent.c0ffee"
THERE = f"{INSIDE} test -e {SENT}"
TAR = "tar --extract --gzip --to-stdout backup/export"
PUT = f"{INSIDE} sh -c {shlex.quote(_PUT)} sh {SENT}.part"
GPG = "docker run --rm --log-driver none --interactive --env ENCRYPTION_KEY --entrypoint sh petbase/s3backup:0.18.0"
ABSENT = {THERE: Answer(1)}
LOCKED = {GPG: Answer(2, "", "gpg: decryption failed: Bad session key\n")}


def fetch(dump: str = "postgres-db.tgz", size: int = 9) -> FetchDump:
    return FetchDump("db", "c0ffee", dump, size=size)


def curl(server: Recorder, at: int) -> str:
    return (
        f"curl --config - --globoff --silent --show-error --fail --retry 2 --continue-at {at} --connect-timeout 10 "
        f"--speed-limit 1 --speed-time 60 --output {server.file(PART)}"
    )


def cause(server: Recorder, command: FetchDump, *answers: dict[str, Answer]) -> tuple[str, str]:
    with pytest.raises(HostError) as problem:
        server.run(command, *answers, secrets=SECRETS)
    return problem.value.cause, str(problem.value)


@pytest.mark.parametrize("there", ["", "12345"])
def test_it_goes_on_where_it_was_cut_by_an_address_that_no_process_list_shows(server: Recorder, there: str) -> None:
    server.put(PART, there)
    refused = {"curl": Answer(22, "", "curl: (22) The requested URL returned error: 403\n")}
    assert cause(server, fetch(), ABSENT, refused) == ("fetch", "curl: (22) The requested URL returned error: 403")
    assert server.runner.calls == [(THERE, ""), (curl(server, len(there)), f'url = "{URL}"\n')]
    # What came is continued by the next run.
    assert server.file(PART).exists() == bool(there)


def test_one_that_came_whole_is_unpacked_into_the_container(server: Recorder) -> None:
    server.put(PART, "123456789")
    assert server.run(fetch(), ABSENT, secrets=SECRETS) == [THERE, TAR, PUT, f"{INSIDE} mv {SENT}.part {SENT}"]
    assert not server.file(PART).exists()


def test_what_is_there_already_is_not_fetched(server: Recorder) -> None:
    assert server.run(fetch(), secrets=SECRETS) == [THERE]


def test_another_file_of_that_name_is_thrown_away(server: Recorder) -> None:
    server.put(PART, "longer than 9 bytes")
    assert cause(server, fetch(), ABSENT)[0] == "fetch"
    assert (server.runner.lines, server.file(PART).exists()) == ([THERE], False)


def test_each_passphrase_is_tried_once_in_the_environment_and_in_no_word(server: Recorder) -> None:
    server.put(PART, "123456789")
    assert cause(server, fetch("postgres-db.tgz.gpg"), ABSENT, LOCKED) == (
        "locked",
        "no known passphrase opens it. Set PETBASE_BACKUP_PASSPHRASE",
    )
    tried = [environment["ENCRYPTION_KEY"] for environment in server.runner.environments if environment]
    assert tried == ["wrong w0rds", "right w0rds"]
    assert not [line for line in server.runner.lines if "w0rds" in line]
    # The right one need not fetch it again.
    assert server.file(PART).exists()


def test_with_one_passphrase_one_is_tried(server: Recorder) -> None:
    server.put(PART, "123456789")
    with pytest.raises(HostError, match="no known passphrase opens it"):
        server.run(fetch("postgres-db.tgz.gpg"), ABSENT, LOCKED, secrets={**SECRETS, "other_passphrase": ""})
    assert len([line for line in server.runner.lines if line.startswith(GPG)]) == 1


def test_a_damaged_one_is_thrown_away_and_says_so(server: Recorder) -> None:
    server.put(PART, "123456789")
    damaged = {TAR: Answer(2, "", "tar: Unexpected EOF in archive\n")}
    assert cause(server, fetch(), ABSENT, damaged) == (
        "damaged",
        "postgres-db.tgz is damaged: tar: Unexpected EOF in archive",
    )
    assert (server.runner.lines[-1], server.file(PART).exists()) == (f"{INSIDE} rm -f {SENT}.part", False)


@pytest.mark.parametrize(
    "full", [{"curl": Answer(23, "", "curl: (23) Failure writing\n")}, {PUT: Answer(1, "", "No space left on device")}]
)
def test_what_a_full_disk_leaves_goes(server: Recorder, full: dict[str, Answer]) -> None:
    server.put(PART, "12345678" if "curl" in full else "123456789")
    assert cause(server, fetch(), ABSENT, full) == (
        "full",
        "the disk of the server is full. Look at: df --human-readable",
    )
    assert (server.runner.lines[-1], server.file(PART).exists()) == (f"{INSIDE} rm -f {SENT}.part", False)
