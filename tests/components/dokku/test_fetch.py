"""A dump that the server fetches: what curl and Docker are called with, and that no word of it is a secret."""

import pytest

from components.dokku import verbs
from components.dokku.shell import Script
from tests.components.dokku.recorder import Answer, Recorder

URL = "https://0123.r2.cloudflarestorage.com/db-backups/postgres-db.tgz?X-Amz-Signature=s3cr3t"
SECRETS = {"url": URL, "passphrase": "wrong w0rds", "other": "right w0rds"}
FILE = "/var/lib/petbase/restores/db/c0ffee"
REFUSED: dict[str, Answer] = {"curl": (22, "")}


def script(dump: str = "postgres-db.tgz", size: int = 9) -> Script:
    return verbs.fetch("db", "c0ffee", dump, size)


@pytest.fixture
def server(host: Recorder) -> Recorder:
    """A server that was asked how much of it is there (upload_asks.sh)."""
    host.file(FILE).parent.mkdir(parents=True)
    return host


def curl(server: Recorder, at: int) -> str:
    return (
        f"curl --config - --globoff --silent --show-error --fail --continue-at {at} --retry 2 --connect-timeout 10 "
        f"--speed-limit 1 --speed-time 60 --output {server.file(FILE)}.part"
    )


def asked(server: Recorder, name: str) -> list[tuple[str, str]]:
    return [(line, read) for line, read in server.sent if line.startswith(name)]


@pytest.mark.parametrize("there", [b"", b"12345"])
def test_it_goes_on_where_it_was_cut_by_an_address_that_no_process_list_shows(server: Recorder, there: bytes) -> None:
    server.file(f"{FILE}.part").write_bytes(there)
    done = server.attempt(script(), REFUSED, secrets=SECRETS)
    assert done.returncode == 1
    assert asked(server, "curl") == [(curl(server, len(there)), f'url = "{URL}"\n')]
    # What came is continued by the next run.
    assert server.file(f"{FILE}.part").read_bytes() == there


def test_what_is_there_already_is_asked_of_nobody(server: Recorder) -> None:
    server.file(FILE).write_bytes(b"PGDMP")
    assert server.run(script(), secrets=SECRETS) == []


def test_another_file_of_that_name_is_thrown_away(server: Recorder) -> None:
    server.file(f"{FILE}.part").write_bytes(b"longer than 9 bytes")
    assert server.attempt(script(), secrets=SECRETS).returncode == 1
    assert (asked(server, "curl"), server.file(f"{FILE}.part").exists()) == ([], False)


def test_each_passphrase_is_tried_in_the_environment_and_in_no_word(server: Recorder) -> None:
    server.file(f"{FILE}.part").write_bytes(b"123456789")
    server.file("bin/docker").write_text(
        '#!/bin/sh\ncat >/dev/null\necho "$ENCRYPTION_KEY" >>"${0%/bin/*}/keys"\n'
        'case $* in *w0rds*) echo leaked >>"${0%/bin/*}/keys" ;; esac\n'
        '[ "$1" = image ] || { echo "gpg: decryption failed: Bad session key" >&2; exit 2; }\n'
    )
    done = server.attempt(script("postgres-db.tgz.gpg"), secrets=SECRETS)
    assert done.returncode == 4
    assert done.stdout.splitlines()[-1] == "no passphrase that is known opens it"
    # The first call asks for the image.
    assert server.file("keys").read_text().splitlines()[1:] == ["wrong w0rds", "right w0rds"]
    assert server.file(f"{FILE}.part").exists()


def test_one_passphrase_is_tried_once(server: Recorder) -> None:
    server.file(f"{FILE}.part").write_bytes(b"123456789")
    server.file("bin/docker").write_text(
        '#!/bin/sh\ncat >/dev/null\necho "$1" >>"${0%/bin/*}/calls"\n'
        '[ "$1" = image ] || { echo "gpg: decryption failed: Bad session key" >&2; exit 2; }\n'
    )
    server.attempt(script("postgres-db.tgz.gpg"), secrets={**SECRETS, "other": ""})
    assert server.file("calls").read_text().split() == ["image", "run"]
