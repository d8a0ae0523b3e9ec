"""A dump that the server fetches: what curl and Docker are called with, and that no word of it is a secret."""

import pytest

from components.dokku import verbs
from components.dokku.shell import Script
from tests.components.dokku.recorder import Answer, Recorder

URL = "https://0123.r2.cloudflarestorage.com/db-backups/postgres-db.tgz?X-Amz-Signature=s3cr3t"
SECRETS = {"url": URL, "passphrase": "wrong w0rds", "other": "right w0rds"}
PART = "/var/lib/petbase/restores/db/c0ffee.part"
INSIDE = "docker exec --interactive dokku.postgres.db"
THERE = f"{INSIDE} test -e /tmp/petbase_sent.c0ffee"
LOCKED = """#!/bin/sh
cat >/dev/null
case $* in
  *w0rds*) echo leaked >>"${0%/bin/*}/keys" ;;
  exec*test*) exit 1 ;;
  run*) echo "$ENCRYPTION_KEY" >>"${0%/bin/*}/keys"; echo "gpg: decryption failed: Bad session key" >&2; exit 2 ;;
esac
"""
NOTHING: dict[str, Answer] = {THERE: (1, ""), "curl": (22, "")}


def script(dump: str = "postgres-db.tgz", size: int = 9) -> Script:
    return verbs.fetch("db", "c0ffee", dump, size)


@pytest.fixture
def server(host: Recorder) -> Recorder:
    """A server that was asked how much of it is there (upload_asks.sh)."""
    host.file(PART).parent.mkdir(parents=True)
    return host


def curl(server: Recorder, at: int) -> str:
    return (
        f"curl --config - --globoff --silent --show-error --fail --continue-at {at} --retry 2 --connect-timeout 10 "
        f"--speed-limit 1 --speed-time 60 --output {server.file(PART)}"
    )


def asked(server: Recorder, name: str) -> list[tuple[str, str]]:
    return [(line, read) for line, read in server.sent if line.startswith(name)]


@pytest.mark.parametrize("there", [b"", b"12345"])
def test_it_goes_on_where_it_was_cut_by_an_address_that_no_process_list_shows(server: Recorder, there: bytes) -> None:
    server.file(PART).write_bytes(there)
    done = server.attempt(script(), NOTHING, secrets=SECRETS)
    assert done.returncode == 1
    assert asked(server, "curl") == [(curl(server, len(there)), f'url = "{URL}"\n')]
    # What came is continued by the next run.
    assert server.file(PART).read_bytes() == there


def test_what_is_there_already_is_asked_of_nobody(server: Recorder) -> None:
    assert server.run(script(), secrets=SECRETS) == [THERE]


def test_another_file_of_that_name_is_thrown_away(server: Recorder) -> None:
    server.file(PART).write_bytes(b"longer than 9 bytes")
    assert server.attempt(script(), NOTHING, secrets=SECRETS).returncode == 1
    assert (asked(server, "curl"), server.file(PART).exists()) == ([], False)


@pytest.mark.parametrize("other", ["right w0rds", ""])
def test_each_passphrase_is_tried_once_in_the_environment_and_in_no_word(server: Recorder, other: str) -> None:
    server.file(PART).write_bytes(b"123456789")
    server.file("bin/docker").write_text(LOCKED)
    done = server.attempt(script("postgres-db.tgz.gpg"), secrets={**SECRETS, "other": other})
    assert (done.returncode, done.stdout.splitlines()[-1]) == (4, "no passphrase that is known opens it")
    assert server.file("keys").read_text().splitlines() == ["wrong w0rds", *([other] if other else [])]
    # The right one need not fetch it again.
    assert server.file(PART).exists()
