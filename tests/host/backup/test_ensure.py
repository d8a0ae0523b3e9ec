"""Backups: authorised when something changed, scheduled in one plain cron line, nothing readable by others."""

import dataclasses
from collections.abc import Callable

import pytest

from host.backup.ensure import EnsureBackup
from host.core.command import words
from host.dumps.credentials import passphrase_digest
from host.programs.runner import Answer
from tests.host.recorder import Answers, Recorder, aws

ROOT = "/var/lib/dokku/services/postgres/db"
ENDPOINT = "https://0123.r2.cloudflarestorage.com"
BACKUP = EnsureBackup("db", bucket="db-backups", endpoint=ENDPOINT, schedule="0 3 * * *")
SECRETS = {"key_id": "AKIA", "secret_key": "s3cr3t", "passphrase": ""}
ENCRYPTED = {**SECRETS, "passphrase": "open-sesame"}
LINE = "0 3 * * * dokku /usr/bin/dokku postgres:backup db db-backups \n"
READS = ["--quiet apps:list", "--quiet postgres:list"]
IMAGE = "docker image inspect petbase/s3backup:0.18.0"
CAT = "postgres:backup-schedule-cat db"
SCHEDULE = "postgres:backup-schedule db '0 3 * * *' db-backups"
AUTHORISE = f"postgres:backup-auth db AKIA s3cr3t auto s3v4 {ENDPOINT}"
_AWS = aws(ENDPOINT).replace("--entrypoint", "--env AWS_MAX_ATTEMPTS --entrypoint")
PROBE = f"{_AWS} s3 cp --only-show-errors --content-type text/plain - s3://db-backups/petbase-db.txt"
REMOVED = f"{_AWS} s3api delete-object --bucket db-backups --key petbase-db.txt"
LIST = (
    f"{aws(ENDPOINT)} s3api list-objects-v2 --bucket db-backups --prefix postgres-db- "
    "--query 'Contents[].[Key,Size,ETag,LastModified]' --output json"
)
PRESENT: Answers = {"--quiet postgres:list": "db\n", CAT: Answer(1)}
SCHEDULED: Answers = {**PRESENT, CAT: LINE}


def put_credentials(server: Recorder, secret: str = "s3cr3t") -> None:
    """The files as `backup-auth` leaves them (contract 269)."""
    values = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "auto",
        "AWS_SIGNATURE_VERSION": "s3v4",
        "ENDPOINT_URL": ENDPOINT,
    }
    for name, value in values.items():
        server.put(f"{ROOT}/backup/{name}", f"{value}\n")
        server.file(f"{ROOT}/backup/{name}").chmod(0o644)


def put_passphrase(server: Recorder, passphrase: str) -> None:
    """The file as `backup-set-encryption` leaves it."""
    server.put(f"{ROOT}/backup-encryption/ENCRYPTION_KEY", f"{passphrase}\n")


def refused(*reasons: str) -> Callable[[], Answer]:
    """Answers of a store that refuses, one after the other, and then takes it."""
    left = iter(reasons)
    return lambda: Answer(254, "", found) if (found := next(left, "")) else Answer()


def test_a_first_time_builds_the_image_authorises_and_schedules(server: Recorder) -> None:
    server.put(f"{ROOT}/backup/AWS_ACCESS_KEY_ID", "old\n")
    assert server.run(BACKUP, PRESENT, {IMAGE: Answer(1)}, secrets=SECRETS) == [
        *READS,
        IMAGE,
        "docker build --tag petbase/s3backup:0.18.0 -",
        CAT,
        PROBE,
        REMOVED,
        "postgres:backup-deauth db",
        AUTHORISE,
        LIST,
        SCHEDULE,
    ]
    assert server.file("/home/dokku/.dokkurc/petbase").read_text() == (
        "export PLUGIN_S3BACKUP_IMAGE=petbase/s3backup:0.18.0\n"
    )
    assert server.printed.splitlines()[-2:] == [
        f"db: authorising backups to {ENDPOINT}",
        "db: dumps go to db-backups at 0 3 * * * UTC",
    ]


def test_backups_that_are_as_declared_get_no_verb_that_writes(server: Recorder) -> None:
    put_credentials(server)
    assert server.run(BACKUP, SCHEDULED, secrets=SECRETS) == [*READS, IMAGE, CAT]
    assert server.printed == ""


def test_credentials_are_readable_by_their_owner_only(server: Recorder) -> None:
    put_credentials(server)
    server.run(BACKUP, PRESENT, secrets=SECRETS)
    folder = server.file(f"{ROOT}/backup")
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_rotated_token_authorises_again_after_it_was_seen_to_write(server: Recorder) -> None:
    put_credentials(server, secret="old")
    lines = server.run(BACKUP, SCHEDULED, secrets=SECRETS)
    assert lines[3:] == [CAT, PROBE, REMOVED, "postgres:backup-deauth db", AUTHORISE]
    probe = server.runner.lines.index(PROBE)
    assert server.runner.calls[probe][1] == "The stack prod may write here.\n"
    assert server.runner.environments[probe] == {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": "s3cr3t",
        "AWS_DEFAULT_REGION": "auto",
        "AWS_MAX_ATTEMPTS": "1",
    }


def test_a_token_that_takes_a_while_is_waited_for(server: Recorder) -> None:
    put_credentials(server, secret="old")
    lines = server.run(BACKUP, SCHEDULED, {PROBE: refused("AccessDenied\n", "AccessDenied\n")}, secrets=SECRETS)
    assert lines.count(PROBE) == 3
    assert AUTHORISE in lines


def test_a_token_that_does_not_write_leaves_the_old_one_in_place(server: Recorder) -> None:
    """A revoked token in its place would mean no dumps until somebody looks."""
    put_credentials(server, secret="old")
    denied = {PROBE: Answer(254, "", "AccessDenied\n")}
    assert server.fails(BACKUP, PRESENT, denied, secrets=SECRETS) == (
        f"the store at {ENDPOINT} takes nothing for db-backups (AccessDenied); the earlier credentials, if any, were "
        "left as they were"
    )
    # Three seconds between two tries: R2 says that a new token may take up to a minute.
    assert server.runner.lines == [*READS, IMAGE, CAT, *[PROBE] * 25]


UNREACHED = f'upload failed: - to s3://x/y Could not connect to the endpoint URL: "{ENDPOINT}/x/y"'


def test_a_store_that_is_not_reached_the_first_time_is_told_and_the_rest_is_set_up(server: Recorder) -> None:
    lines = server.run(BACKUP, PRESENT, {PROBE: Answer(1, "", f"{UNREACHED}\n")}, secrets=SECRETS)
    assert lines[-4:] == ["postgres:backup-deauth db", AUTHORISE, LIST, SCHEDULE]
    assert (
        f"db: the store at {ENDPOINT} is not reached from here ({UNREACHED}). No dump arrives until it is; "
        "try then: ./petbase backup" in server.printed.splitlines()
    )


def test_a_store_that_is_not_reached_leaves_the_old_credentials_in_place(server: Recorder) -> None:
    put_credentials(server, secret="old")
    server.fails(BACKUP, PRESENT, {PROBE: Answer(1, "", f"{UNREACHED}\n")}, secrets=SECRETS)
    # Each may take a minute to say so.
    assert server.runner.lines == [*READS, IMAGE, CAT, *[PROBE] * 10]


def test_a_store_that_refuses_the_first_time_is_an_error(server: Recorder) -> None:
    problem = server.fails(BACKUP, PRESENT, {PROBE: Answer(1, "", "AccessDenied\n")}, secrets=SECRETS)
    assert problem.startswith(f"the store at {ENDPOINT} takes nothing for db-backups (AccessDenied)")


def test_a_changed_schedule_replaces_the_line(server: Recorder) -> None:
    put_credentials(server)
    later = dataclasses.replace(BACKUP, schedule="30 4 * * *")
    assert server.run(later, SCHEDULED, secrets=SECRETS)[-1] == "postgres:backup-schedule db '30 4 * * *' db-backups"


def test_a_path_inside_the_bucket_is_part_of_the_target(server: Recorder) -> None:
    put_credentials(server, secret="old")
    inside = dataclasses.replace(BACKUP, bucket="petdb-backups", prefix="prod/")
    lines = server.run(inside, PRESENT, secrets=SECRETS)
    assert lines[4].endswith(" - s3://petdb-backups/prod/petbase-db.txt")
    assert lines[-1] == "postgres:backup-schedule db '0 3 * * *' petdb-backups/prod"


def test_encryption_is_set_once(server: Recorder) -> None:
    put_credentials(server)
    put_passphrase(server, "other")
    encrypt = dataclasses.replace(BACKUP, encrypt=True)
    set_once = "postgres:backup-set-encryption db open-sesame"
    assert set_once in server.run(encrypt, SCHEDULED, secrets=ENCRYPTED)
    put_passphrase(server, "open-sesame")
    assert server.run(encrypt, SCHEDULED, secrets=ENCRYPTED) == [*READS, IMAGE, CAT]
    assert server.file(f"{ROOT}/backup-encryption/ENCRYPTION_KEY").stat().st_mode & 0o777 == 0o600
    assert server.file("/var/lib/petbase/services/db/passphrase.json").read_text() == (
        f'{{"sha256": "{passphrase_digest("open-sesame")}"}}\n'
    )


def test_encryption_that_was_allowed_to_go_is_unset(server: Recorder) -> None:
    put_credentials(server)
    put_passphrase(server, "open-sesame")
    assert "postgres:backup-unset-encryption db" in server.run(BACKUP, PRESENT, secrets=SECRETS)


@pytest.mark.parametrize(("encrypt", "secrets"), [(True, SECRETS), (False, ENCRYPTED)])
def test_a_passphrase_and_its_flag_belong_together(server: Recorder, encrypt: bool, secrets: dict[str, str]) -> None:
    assert server.fails(dataclasses.replace(BACKUP, encrypt=encrypt), PRESENT, secrets=secrets) == (
        "--encrypt and a passphrase on standard input belong together; nothing was changed"
    )
    assert server.runner.lines == []


def test_paused_forgets_schedule_and_credentials(server: Recorder) -> None:
    put_credentials(server)
    paused = dataclasses.replace(BACKUP, paused=True)
    assert server.run(paused, SCHEDULED, secrets=SECRETS) == [
        *READS,
        CAT,
        "postgres:backup-unschedule db",
        "postgres:backup-deauth db",
    ]


def test_paused_twice_does_nothing(server: Recorder) -> None:
    assert server.run(dataclasses.replace(BACKUP, paused=True), PRESENT, secrets=SECRETS) == [*READS, CAT]


@pytest.mark.parametrize("secret", ["s3cr3t", 'it\'s "s3cr3t"'])
def test_a_failure_shows_no_secret(server: Recorder, secret: str) -> None:
    """A quote in it is another text among the words of a shell."""
    put_credentials(server, secret="old")
    failing = {"postgres:backup-auth": Answer(1, " !     no\n")}
    assert server.fails(BACKUP, PRESENT, failing, secrets={**SECRETS, "secret_key": secret}) == (
        "dokku postgres:backup-auth db failed with exit code 1"
    )
    assert "s3cr3t" not in server.printed


def test_another_stacks_service_is_refused(server: Recorder) -> None:
    server.put("/var/lib/petbase/services/db/owner.json", '{"how": "made", "stack": "staging"}\n')
    assert server.fails(BACKUP, PRESENT, secrets=SECRETS).startswith(
        "the service db belongs to the stack staging, not to prod; nothing was changed."
    )
    assert server.runner.lines == []


def test_a_service_that_is_not_there_is_an_error(server: Recorder) -> None:
    assert server.fails(BACKUP, secrets=SECRETS) == (
        "the database db is not on this server; nothing was changed. Raise generation in the stack file and run "
        "pulumi up"
    )


def test_the_words_hold_no_secret() -> None:
    assert words(dataclasses.replace(BACKUP, prefix="prod/", encrypt=True)) == [
        *("backup", "ensure", "db", "--bucket", "db-backups", "--prefix", "prod/", "--endpoint", ENDPOINT),
        *("--schedule", "0 3 * * *", "--encrypt"),
    ]
