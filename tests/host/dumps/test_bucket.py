"""The bucket's words: what aws-cli is asked, which objects are dumps, and that no word holds a secret."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host.core.host import Host
from host.dumps.bucket import Bucket, BucketError
from host.dumps.dump import Dump
from host.programs.runner import Answer
from tests.host.recorder import RecordedRunner, aws

ENDPOINT = "https://0123.r2.cloudflarestorage.com"
AWS = aws(ENDPOINT)
LIST = (
    f"{AWS} s3api list-objects-v2 --bucket db-backups --prefix prod/postgres-db- "
    "--query 'Contents[].[Key,Size,ETag,LastModified]' --output json"
)
STORED = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s3cr3t", "AWS_DEFAULT_REGION": "auto"}
NAME = "postgres-db-2026-11-22-03-00-01.tgz"
AT = datetime(2026, 11, 22, 3, 0, 1, tzinfo=UTC)
DUMP = Dump(NAME, 1234, "e7a9", AT)


@pytest.fixture
def runner() -> RecordedRunner:
    return RecordedRunner()


@pytest.fixture
def bucket(tmp_path: Path, runner: RecordedRunner) -> Bucket:
    folder = tmp_path / "var/lib/dokku/services/postgres/db/backup"
    folder.mkdir(parents=True)
    for name, value in STORED.items():
        (folder / name).write_text(f"{value}\n")
    return Bucket(Host("prod", runner, root=tmp_path), "db", "db-backups", "prod/", ENDPOINT)


def listed(*rows: tuple[str, str]) -> str:
    return json.dumps([[f"prod/{name}", 1234, '"e7a9"', modified] for name, modified in rows])


def test_dumps_come_oldest_first_and_only_this_services(bucket: Bucket, runner: RecordedRunner) -> None:
    runner.answers[LIST] = listed(
        ("postgres-db-2026-11-23-03-00-01.tgz.gpg", "2026-11-23T03:00:09+00:00"),
        (NAME, "2026-11-22T03:00:09.000Z"),
        ("postgres-db-staging-2026-11-22-03-00-01.tgz", "2026-11-22T03:00:09+00:00"),
        ("postgres-db-2026-99-22-03-00-01.tgz", "2026-11-22T03:00:09+00:00"),
        (f"{NAME}.part", "2026-11-22T03:00:09+00:00"),
    )
    first, second = bucket.dumps()
    assert first == DUMP
    assert (second.name, second.encrypted) == ("postgres-db-2026-11-23-03-00-01.tgz.gpg", True)
    assert runner.lines == [LIST]


def test_a_dump_is_never_younger_than_its_object(bucket: Bucket, runner: RecordedRunner) -> None:
    runner.answers[LIST] = listed(("postgres-db-2031-01-01-00-00-00.tgz", "2026-11-22T03:00:01+00:00"))
    assert [dump.at for dump in bucket.dumps()] == [AT]


@pytest.mark.parametrize("nothing", ["null\n", "", "[]\n"])
def test_an_empty_bucket_has_no_dumps(bucket: Bucket, runner: RecordedRunner, nothing: str) -> None:
    runner.answers[LIST] = nothing
    assert bucket.dumps() == []


def test_credentials_travel_as_environment_only(bucket: Bucket, runner: RecordedRunner) -> None:
    bucket.dumps()
    assert runner.environments == [STORED]
    assert not [line for line in runner.lines if "s3cr3t" in line or "AKIA" in line]


def test_a_bucket_that_refuses_says_why(bucket: Bucket, runner: RecordedRunner) -> None:
    runner.answers[AWS] = Answer(254, "", "\nAn error occurred (403)\n  Forbidden\n")
    with pytest.raises(BucketError) as problem:
        bucket.dumps()
    assert str(problem.value) == "the bucket does not open: An error occurred (403) Forbidden"


def test_what_is_missing_is_named_before_anything_is_asked(bucket: Bucket, runner: RecordedRunner) -> None:
    assert bucket.problem() == ""
    runner.answers["docker image inspect"] = Answer(1, "", "No such image\n")
    more = "raise generation in the stack file and run pulumi up"
    assert bucket.problem() == (
        f"Docker does not show the image petbase/s3backup:0.18.0, which dumps need too (No such image); {more}"
    )
    bucket.host.path("/var/lib/dokku/services/postgres/db/backup/AWS_ACCESS_KEY_ID").unlink()
    fresh = Bucket(bucket.host, "db", "db-backups", "prod/", ENDPOINT)
    assert fresh.problem() == f"this server has no credentials for the bucket; {more}"


def test_a_copy_stays_inside_the_store(bucket: Bucket, runner: RecordedRunner) -> None:
    bucket.copy(DUMP, f"verified/{NAME}")
    bucket.copy(Dump(NAME, 5_000_000_001, "e7a9-3", AT), f"verified/{NAME}")
    assert runner.lines == [
        f"{AWS} s3api copy-object --bucket db-backups --copy-source db-backups/prod/{NAME} --key prod/verified/{NAME}",
        f"{AWS} s3 cp --only-show-errors --copy-props none s3://db-backups/prod/{NAME} "
        f"s3://db-backups/prod/verified/{NAME}",
    ]


def test_small_objects_are_written_read_and_deleted(bucket: Bucket, runner: RecordedRunner) -> None:
    bucket.put_small("evidence/db/a.json", "{}\n")
    bucket.delete("verified/a.tgz")
    assert runner.calls == [
        (
            f"{AWS} s3 cp --only-show-errors --content-type application/json - s3://db-backups/prod/evidence/db/a.json",
            "{}\n",
        ),
        (f"{AWS} s3api delete-object --bucket db-backups --key prod/verified/a.tgz", ""),
    ]
    runner.answers[AWS] = Answer(1, "", 'fatal error: An error occurred (404) … Key "a" does not exist\n')
    assert bucket.get_small("a") is None
    runner.answers[AWS] = Answer(1, "", "fatal error: An error occurred (403): Forbidden\n")
    with pytest.raises(BucketError, match="the bucket does not open: fatal error"):
        bucket.get_small("a")
