"""Backups: authorised when something changed, scheduled in one plain cron line, nothing readable by others."""

from components.config.spec import Backups
from components.dokku import lifecycle
from tests.components.dokku.recorder import Answer, Recorder

ROOT = "/var/lib/dokku/services/postgres/db"
ENDPOINT = "https://0123.r2.cloudflarestorage.com"
SECRETS = {"key_id": "AKIA", "secret_key": "s3cr3t", "passphrase": ""}
LINE = "0 3 * * * dokku /usr/bin/dokku postgres:backup db db-backups \n"
READS = ["--quiet apps:list", "--quiet postgres:list"]
_AWS = (
    "docker run --rm --log-driver none --interactive --env AWS_ACCESS_KEY_ID --env AWS_SECRET_ACCESS_KEY "
    "--env AWS_DEFAULT_REGION --env AWS_MAX_ATTEMPTS "
    f"--entrypoint aws petbase/s3backup:0.18.0 --endpoint-url {ENDPOINT} s3 "
)
PROOF = f"{_AWS}cp --only-show-errors - s3://db-backups/petbase-db.txt"
CLEARED = f"{_AWS}rm --only-show-errors s3://db-backups/petbase-db.txt"
PRESENT: dict[str, Answer] = {
    "--quiet postgres:list": (0, "db\n"),
    "postgres:backup-schedule-cat db": (1, ""),
}


def noun(**keys: object) -> lifecycle.Noun:
    return lifecycle.backup("petbase/prod", "db", Backups.model_validate({"account-id": "0" * 32, **keys}), ENDPOINT)


def authorised(host: Recorder, secret: str = "s3cr3t") -> None:
    """The files as `backup-auth` leaves them (contract 269)."""
    folder = host.file(f"{ROOT}/backup")
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "AWS_ACCESS_KEY_ID": "AKIA",
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "auto",
        "AWS_SIGNATURE_VERSION": "s3v4",
        "ENDPOINT_URL": ENDPOINT,
    }
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")
        (folder / name).chmod(0o644)


def test_a_first_time_builds_the_image_authorises_and_schedules(host: Recorder) -> None:
    host.file(f"{ROOT}/backup").mkdir(parents=True)
    host.file(f"{ROOT}/backup/AWS_ACCESS_KEY_ID").write_text("old\n")
    absent = {**PRESENT, "docker image inspect petbase/s3backup:0.18.0": (1, "")}
    assert host.run(noun().here, absent, secrets=SECRETS) == [
        *READS,
        "docker image inspect petbase/s3backup:0.18.0",
        "docker build --tag petbase/s3backup:0.18.0 -",
        PROOF,
        CLEARED,
        "postgres:backup-deauth db",
        f"postgres:backup-auth db AKIA s3cr3t auto s3v4 {ENDPOINT}",
        "postgres:backup-schedule-cat db",
        "postgres:backup-schedule db 0 3 * * * db-backups",
    ]


def test_the_image_has_the_settings_that_r2_needs(host: Recorder) -> None:
    authorised(host)
    host.run(noun().here, PRESENT, {"docker image inspect petbase/s3backup:0.18.0": (1, "")}, secrets=SECRETS)
    assert dict(host.sent)["docker build --tag petbase/s3backup:0.18.0 -"] == (
        "FROM dokku/s3backup:0.18.0\n"
        "ENV AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required\n"
    )
    assert host.file("/home/dokku/.dokkurc/petbase").read_text() == (
        "export PLUGIN_S3BACKUP_IMAGE=petbase/s3backup:0.18.0\n"
    )


def test_backups_that_are_as_declared_get_no_verb_that_writes(host: Recorder) -> None:
    authorised(host)
    assert host.run(noun().here, {**PRESENT, "postgres:backup-schedule-cat db": (0, LINE)}, secrets=SECRETS) == [
        *READS,
        "docker image inspect petbase/s3backup:0.18.0",
        "postgres:backup-schedule-cat db",
    ]


def test_credentials_are_readable_by_their_owner_only(host: Recorder) -> None:
    authorised(host)
    host.run(noun().here, PRESENT, secrets=SECRETS)
    folder = host.file(f"{ROOT}/backup")
    assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
    assert oct(folder.stat().st_mode & 0o777) == "0o700"


def test_a_rotated_token_authorises_again(host: Recorder) -> None:
    authorised(host, secret="old")
    verbs = host.run(noun().here, {**PRESENT, "postgres:backup-schedule-cat db": (0, LINE)}, secrets=SECRETS)
    authorise = f"postgres:backup-auth db AKIA s3cr3t auto s3v4 {ENDPOINT}"
    assert verbs[3:7] == [PROOF, CLEARED, "postgres:backup-deauth db", authorise]


def test_a_token_that_does_not_write_leaves_the_old_one_in_place(host: Recorder) -> None:
    """A revoked token in its place would mean no dumps until somebody looks."""
    authorised(host, secret="old")
    done = host.attempt(noun().here, PRESENT, {PROOF: (254, "AccessDenied\n")}, secrets=SECRETS)
    assert done.returncode == 1
    assert "postgres:backup-deauth db" not in host.verbs
    assert host.verbs.count(PROOF) == 25
    assert host.verbs.count("sleep 3") * 3 > 60, "R2 says that a new token may take up to a minute"
    assert (
        "the store at https://0123.r2.cloudflarestorage.com takes nothing for db-backups (AccessDenied); "
        "the credentials of before, if any, were left as they were" in done.stdout
    )


UNREACHED = f'upload failed: - to s3://x/y Could not connect to the endpoint URL: "{ENDPOINT}/x/y"'


def test_a_store_that_is_not_reached_the_first_time_is_told_and_the_rest_is_set_up(host: Recorder) -> None:
    host.file(f"{ROOT}/backup").mkdir(parents=True)
    host.file(f"{ROOT}/backup/AWS_SIGNATURE_VERSION").write_text("s3v4\n")
    done = host.attempt(noun().here, PRESENT, {PROOF: (1, f"{UNREACHED}\n")}, secrets=SECRETS)
    assert done.returncode == 0
    assert (
        f"db: the store at {ENDPOINT} is not reached from here ({UNREACHED}). No dump arrives until it is; "
        "try then: ./petbase backup" in done.stdout.splitlines()
    )
    assert "postgres:backup-schedule db 0 3 * * * db-backups" in host.verbs


def test_a_store_that_is_not_reached_leaves_the_old_credentials_in_place(host: Recorder) -> None:
    authorised(host, secret="old")
    done = host.attempt(noun().here, PRESENT, {PROOF: (1, f"{UNREACHED}\n")}, secrets=SECRETS)
    assert done.returncode == 1
    assert "postgres:backup-deauth db" not in host.verbs
    assert host.verbs.count(PROOF) == 10, "each may take a minute to say so"


def test_a_store_that_refuses_the_first_time_is_an_error(host: Recorder) -> None:
    done = host.attempt(noun().here, PRESENT, {PROOF: (1, "AccessDenied\n")}, secrets=SECRETS)
    assert done.returncode == 1
    assert f"the store at {ENDPOINT} takes nothing for db-backups (AccessDenied)" in done.stdout


def test_a_changed_schedule_replaces_the_line(host: Recorder) -> None:
    authorised(host)
    verbs = host.run(
        noun(schedule="30 4 * * *").here, {**PRESENT, "postgres:backup-schedule-cat db": (0, LINE)}, secrets=SECRETS
    )
    assert verbs[-1] == "postgres:backup-schedule db 30 4 * * * db-backups"


def test_a_path_inside_the_bucket_is_part_of_the_target(host: Recorder) -> None:
    authorised(host)
    verbs = host.run(noun(bucket="petdb-backups", path="prod").here, PRESENT, secrets=SECRETS)
    assert verbs[-1] == "postgres:backup-schedule db 0 3 * * * petdb-backups/prod"


def test_encryption_is_set_once(host: Recorder) -> None:
    authorised(host)
    encrypted = {**SECRETS, "passphrase": "open-sesame"}
    present = {**PRESENT, "postgres:backup-schedule-cat db": (0, LINE)}
    host.file(f"{ROOT}/backup-encryption").mkdir()
    (host.file(f"{ROOT}/backup-encryption") / "ENCRYPTION_KEY").write_text("other\n")
    assert "postgres:backup-set-encryption db open-sesame" in host.run(
        noun(encrypt=True).here, present, secrets=encrypted
    )
    (host.file(f"{ROOT}/backup-encryption") / "ENCRYPTION_KEY").write_text("open-sesame\n")
    assert "postgres:backup-set-encryption db open-sesame" not in host.run(
        noun(encrypt=True).here, present, secrets=encrypted
    )
    assert oct((host.file(f"{ROOT}/backup-encryption") / "ENCRYPTION_KEY").stat().st_mode & 0o777) == "0o600"


def test_encryption_that_was_allowed_to_go_is_unset(host: Recorder) -> None:
    authorised(host)
    host.file(f"{ROOT}/backup-encryption").mkdir()
    (host.file(f"{ROOT}/backup-encryption") / "ENCRYPTION_KEY").write_text("open-sesame\n")
    assert "postgres:backup-unset-encryption db" in host.run(noun().here, PRESENT, secrets=SECRETS)


def test_paused_forgets_schedule_and_credentials(host: Recorder) -> None:
    authorised(host)
    scheduled = {**PRESENT, "postgres:backup-schedule-cat db": (0, LINE)}
    assert host.run(noun(paused=True).here, scheduled, secrets=SECRETS) == [
        *READS,
        "postgres:backup-schedule-cat db",
        "postgres:backup-unschedule db",
        "postgres:backup-deauth db",
    ]


def test_paused_twice_does_nothing(host: Recorder) -> None:
    host.file(ROOT).mkdir(parents=True)
    assert host.run(noun(paused=True).here, PRESENT, secrets=SECRETS) == [*READS, "postgres:backup-schedule-cat db"]


def test_going_forgets_what_was_made_and_keeps_the_dumps(host: Recorder) -> None:
    gone = noun().gone
    assert gone
    assert host.run(gone, PRESENT, secrets=SECRETS) == [
        *READS,
        "postgres:backup-unschedule db",
        "postgres:backup-deauth db",
    ]


def test_a_failure_shows_no_secret(host: Recorder) -> None:
    authorised(host, secret="old")
    failing = {**PRESENT, f"postgres:backup-auth db AKIA s3cr3t auto s3v4 {ENDPOINT}": (1, " !     no\n")}
    done = host.attempt(noun().here, failing, secrets=SECRETS)
    assert done.returncode == 1
    assert "s3cr3t" not in done.stdout + done.stderr
