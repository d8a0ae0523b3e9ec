"""What the server's own token can do to the dumps, by the rules that the program makes: nothing while they are locked.

With the real engine: its bucket, its rules, its token, as the server holds it.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.providers.cloud import Cloud
from sandbox.store import clock, objects, tamper
from tests.faults.support.site import Site

BUCKET = "db-backups"
_DAY = 86_400  # seconds


def client(site: Site) -> Any:
    """S3, as an intruder on the server has it."""
    held = site.bench.disk / "var/lib/dokku/services/postgres/db/backup"
    told = {path.name: path.read_text().strip() for path in held.iterdir()}
    return _client(told["ENDPOINT_URL"], told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"])


def _client(endpoint: str, key: str, secret: str) -> Any:
    s3 = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="auto",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(request_checksum_calculation="when_required", retries={"total_max_attempts": 1}),
    )
    s3.meta.events.register("before-sign.s3", _with_md5)
    return s3


def _with_md5(request: Any, **_: Any) -> None:
    """Content-MD5 in place of the checksums that boto3 insists on here and there, which the store refuses unread."""
    checksums = [name for name in request.headers if name.lower().startswith(("x-amz-checksum-", "x-amz-sdk-checksum"))]
    for name in checksums:
        del request.headers[name]
    if checksums:
        digest = hashlib.md5(request.body, usedforsecurity=False).digest()
        request.headers["Content-MD5"] = base64.b64encode(digest).decode()


def held(site: Site) -> dict[str, bytes]:
    """Every object, to the byte."""
    root = site.root / "store"
    return {one.key: tamper.content(root, BUCKET, one.key) for one in objects.listing(root, BUCKET)}


def dumps(site: Site) -> list[str]:
    """The keys that are worth something: the dump and its copy in verified/."""
    return [key for key in held(site) if key.startswith(("postgres-db-", "verified/postgres-db-"))]


@pytest.fixture(scope="module")
def drilled(site: Site) -> Site:
    """One dump, its copy in verified/ and its evidence, as a drill leaves them (test_drill.py)."""
    site.up(apps={}, backups={"lock-days": 7})
    site.bench.root(f"dokku postgres:backup db {BUCKET}")
    s3 = client(site)
    (dump,) = [key for key in held(site) if key.startswith("postgres-db-")]
    s3.copy_object(Bucket=BUCKET, Key=f"verified/{dump}", CopySource=f"{BUCKET}/{dump}")
    s3.put_object(Bucket=BUCKET, Key=f"evidence/db/{dump}.json", Body=b"{}")
    return site


def refusal(call: Callable[[], Any]) -> str:
    """The store's word for it."""
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def in_parts(s3: Any, key: str) -> Any:
    """Overwrite it by an upload in parts, whose last step makes the object."""
    there = {"Bucket": BUCKET, "Key": key}
    upload = s3.create_multipart_upload(**there)["UploadId"]
    part = s3.upload_part(**there, UploadId=upload, PartNumber=1, Body=b"gone")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    return s3.complete_multipart_upload(**there, UploadId=upload, MultipartUpload=parts)


@pytest.mark.soak
def test_a_locked_dump_and_its_verified_copy_cannot_be_overwritten_or_deleted(drilled: Site) -> None:
    s3, before = client(drilled), held(drilled)
    assert len(dumps(drilled)) == 2
    other = next(key for key in before if key.startswith("evidence/"))
    for key in dumps(drilled):
        there = {"Bucket": BUCKET, "Key": key}
        attempts: list[Callable[[], Any]] = [
            partial(s3.put_object, **there, Body=b"gone"),
            partial(s3.put_object, **there, Body=b""),
            partial(s3.copy_object, **there, CopySource=f"{BUCKET}/{other}"),
            partial(s3.copy_object, **there, CopySource=f"{BUCKET}/{key}", MetadataDirective="REPLACE"),
            partial(in_parts, s3, key),
            partial(s3.delete_object, **there),
        ]
        assert {refusal(attempt) for attempt in attempts} == {"ObjectLockedByBucketPolicy"}
    several = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": key} for key in dumps(drilled)]})
    assert {error["Code"] for error in several["Errors"]} == {"ObjectLockedByBucketPolicy"}
    assert "Deleted" not in several
    assert held(drilled) == before


def test_the_servers_token_cannot_change_the_buckets_rules_or_the_bucket(drilled: Site) -> None:
    s3, before, cloud = client(drilled), held(drilled), drilled.cloud()
    rules = [path.read_text() for path in sorted((drilled.root / "store/buckets" / BUCKET).glob("*.json"))]
    soon = {"Rules": [{"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}
    attempts: list[Callable[[], Any]] = [
        lambda: s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration=soon),
        lambda: s3.delete_bucket_lifecycle(Bucket=BUCKET),
        lambda: s3.get_bucket_lifecycle_configuration(Bucket=BUCKET),
        lambda: s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration={}),
        lambda: s3.put_bucket_policy(Bucket=BUCKET, Policy="{}"),
        lambda: s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}),
        lambda: s3.delete_bucket(Bucket=BUCKET),
        lambda: s3.create_bucket(Bucket="mine"),
        lambda: s3.list_objects_v2(Bucket="other-backups"),
    ]
    assert {refusal(attempt) for attempt in attempts} == {"AccessDenied"}
    assert held(drilled) == before
    assert drilled.cloud() == cloud
    assert [path.read_text() for path in sorted((drilled.root / "store/buckets" / BUCKET).glob("*.json"))] == rules


def test_the_reading_token_reads_and_cannot_write(drilled: Site) -> None:
    told = drilled.engine({"apps": {}, "backups": {"lock-days": 7}}).details()["backups"]
    s3 = _client(told["endpoint"], told["accessKeyId"], told["secretAccessKey"])
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET, Prefix="postgres-db-")["Contents"]]
    assert refusal(partial(s3.put_object, Bucket=BUCKET, Key="mine", Body=b"x")) == "AccessDenied"
    assert refusal(partial(s3.delete_object, Bucket=BUCKET, Key=keys[0])) == "AccessDenied"


def test_no_more_of_the_token_lies_on_the_server_than_what_signs_for_the_bucket(drilled: Site) -> None:
    """Cloudflare's API, which could change the rules, wants the token's value; S3 signs with its SHA-256."""
    tokens = Cloud(drilled.root, "cloudflare").all("cloudflare:index/accountToken:AccountToken").values()
    secret = (drilled.bench.disk / "var/lib/dokku/services/postgres/db/backup/AWS_SECRET_ACCESS_KEY").read_text()
    values = [str(token["value"]) for token in tokens]
    assert secret.strip() in {hashlib.sha256(value.encode()).hexdigest() for value in values}
    look = "grep -rlF -f /dev/stdin /etc /home /root /run /var /tmp 2>/dev/null || [ $? -ne 0 ]"
    assert drilled.bench.root(look, "\n".join(values)) == ""
    assert drilled.bench.root(look, secret) != ""


def test_what_is_not_locked_the_servers_token_can_delete(drilled: Site) -> None:
    """Said plainly: evidence at once, and a dump once its lock has ended. Then verified/ and the second copy count."""
    s3, root = client(drilled), drilled.root / "store"
    (evidence,) = [key for key in held(drilled) if key.startswith("evidence/")]
    s3.delete_object(Bucket=BUCKET, Key=evidence)
    s3.put_object(Bucket=BUCKET, Key="postgres-db-2026-01-01-03-00-00.tgz", Body=b"no dump")
    assert evidence not in held(drilled)
    clock.ahead(root, 6.9 * _DAY)
    try:
        for key in dumps(drilled):
            assert refusal(partial(s3.delete_object, Bucket=BUCKET, Key=key)) == "ObjectLockedByBucketPolicy"
        clock.ahead(root, 7.1 * _DAY)
        for key in dumps(drilled):
            s3.delete_object(Bucket=BUCKET, Key=key)
    finally:
        clock.ahead(root, 0)
    assert not [key for key in held(drilled) if "postgres-db-" in key]
