"""What `postgres:backup` leaves in the store: its name, what is inside, how it is locked (records 270-384)."""

import io
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.contract.support.made import Made
from tests.contract.support.target import StoreAccess, Target

_PASSPHRASE = "correct-horse"


@pytest.fixture
def service(target: Target, made: Made, s3: StoreAccess) -> str:
    name = made.service()
    target.run("dokku", f"postgres:connect {name}", b"create table t as select g id from generate_series(1, 7) g;")
    answer = target.run("dokku", f"postgres:backup-auth {name} {s3.key} {s3.secret} auto s3v4 {s3.endpoint}")
    assert answer.rc == 0, answer
    return name


def _objects(s3: StoreAccess, prefix: str) -> dict[str, bytes]:
    client: Any = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.key,
        aws_secret_access_key=s3.secret,
        region_name="auto",
        config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
    )
    found = client.list_objects_v2(Bucket=s3.bucket, Prefix=prefix).get("Contents", [])
    contents = {entry["Key"]: client.get_object(Bucket=s3.bucket, Key=entry["Key"])["Body"].read() for entry in found}
    for key in contents:
        client.delete_object(Bucket=s3.bucket, Key=key)
    client.close()
    return contents


def _rows(target: Target, made: Made, packed: bytes) -> str:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert archive.getnames() == ["backup", "backup/export"]
        entry = archive.extractfile("backup/export")
        assert entry
        dump = entry.read()
    fresh = made.service()
    assert target.run("dokku", f"postgres:import {fresh}", dump).rc == 0
    return target.run("dokku", f"postgres:connect {fresh}", b"\\t on\nselect count(*) from t;").stdout.split()[-1]


def test_a_dump_lies_below_the_path_under_its_moment_and_brings_the_rows_back(
    target: Target, made: Made, s3: StoreAccess, service: str
) -> None:
    answer = target.run("dokku", f"postgres:backup {service} {s3.bucket}/some/{service}")
    assert answer.rc == 0, answer
    [(key, packed)] = _objects(s3, f"some/{service}/").items()
    assert re.fullmatch(rf"some/{service}/postgres-{service}-\d{{4}}(-\d\d){{5}}\.tgz", key)
    assert f"{key.rpartition(service + '-')[2].removesuffix('.tgz')}: The backup for" in answer.stdout
    assert _rows(target, made, packed) == "7"


def test_with_a_passphrase_the_dump_is_an_aes256_message(
    target: Target, made: Made, s3: StoreAccess, service: str, tmp_path: Path
) -> None:
    target.run("dokku", f"postgres:backup-set-encryption {service} {_PASSPHRASE}")
    answer = target.run("dokku", f"postgres:backup {service} {s3.bucket}")
    assert answer.rc == 0, answer
    [(key, locked)] = _objects(s3, f"postgres-{service}-").items()
    assert key.endswith(".tgz.gpg")
    gpg = ["gpg", "--homedir", str(tmp_path), "--batch", "--pinentry-mode", "loopback", "--passphrase", _PASSPHRASE]
    tmp_path.chmod(0o700)
    opened = subprocess.run([*gpg, "--decrypt"], input=locked, capture_output=True, check=False)
    subprocess.run(["gpgconf", "--homedir", str(tmp_path), "--kill", "all"], capture_output=True, check=False)
    assert opened.returncode == 0, opened.stderr
    assert b"AES256" in opened.stderr
    assert _rows(target, made, opened.stdout) == "7"


def test_the_default_image_sends_checksums_that_the_store_refuses(
    target: Target, s3: StoreAccess, service: str
) -> None:
    if not target.sandbox:
        pytest.skip("a store other than R2 may take them")
    target.root("mv /home/dokku/.dokkurc/CONTRACT /root/")
    try:
        answer = target.run("dokku", f"postgres:backup {service} {s3.bucket}")
    finally:
        target.root("mv /root/CONTRACT /home/dokku/.dokkurc/")
    assert answer.rc == 1
    assert "An error occurred (NotImplemented) when calling the PutObject operation" in answer.stderr
    assert _objects(s3, f"postgres-{service}-") == {}
