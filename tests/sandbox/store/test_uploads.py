"""Multipart uploads, by R2's rules."""

import io
from pathlib import Path
from typing import Any

import pytest

from sandbox.store import account
from tests.sandbox.store.conftest import BUCKET
from tests.sandbox.store.test_objects import put, refusal

PART = 5 * 1024 * 1024  # bytes, the smallest that is allowed


def begin(s3: Any, *parts: bytes, key: str = "big") -> tuple[str, list[dict[str, Any]]]:
    """An upload with these parts; its id, and what completing it must name."""
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key=key, ContentType="application/gzip")["UploadId"]
    where = {"Bucket": BUCKET, "Key": key, "UploadId": upload}
    tags = [s3.upload_part(**where, PartNumber=n, Body=body)["ETag"] for n, body in enumerate(parts, 1)]
    return upload, [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]


def end(s3: Any, upload: str, parts: list[dict[str, Any]], key: str = "big") -> Any:
    return s3.complete_multipart_upload(Bucket=BUCKET, Key=key, UploadId=upload, MultipartUpload={"Parts": parts})


def test_parts_become_one_object(s3: Any) -> None:
    upload, parts = begin(s3, b"a" * PART, b"b")
    listed = s3.list_parts(Bucket=BUCKET, Key="big", UploadId=upload)["Parts"]
    assert [(one["PartNumber"], one["Size"]) for one in listed] == [(1, PART), (2, 1)]
    assert refusal(s3.head_object, Bucket=BUCKET, Key="big") == ("404", 404)  # not before it is complete
    assert end(s3, upload, parts)["ETag"].endswith('-2"')
    got = s3.get_object(Bucket=BUCKET, Key="big")
    assert got["Body"].read() == b"a" * PART + b"b"
    assert got["ContentType"] == "application/gzip"


def test_boto3s_own_transfer_takes_and_brings_a_big_object(s3: Any) -> None:
    body = bytes(range(256)) * (17 * 1024 * 1024 // 256)
    s3.upload_fileobj(io.BytesIO(body), BUCKET, "dump.tgz")
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, "dump.tgz", back)
    assert back.getvalue() == body


def test_an_aborted_upload_leaves_nothing(s3: Any, root: Path) -> None:
    upload, parts = begin(s3, b"a" * 10)
    s3.abort_multipart_upload(Bucket=BUCKET, Key="big", UploadId=upload)
    assert list((account.bucket_dir(root, BUCKET) / "uploads").iterdir()) == []
    with pytest.raises(s3.exceptions.NoSuchUpload):
        end(s3, upload, parts)


def test_an_upload_belongs_to_its_key(s3: Any) -> None:
    upload, parts = begin(s3, b"a")
    assert refusal(end, s3=s3, upload=upload, parts=parts, key="other") == ("NoSuchUpload", 404)


def test_a_part_that_was_never_sent_is_refused(s3: Any) -> None:
    upload, parts = begin(s3, b"a")
    strange = [*parts, {"PartNumber": 2, "ETag": '"0"'}]
    assert refusal(end, s3=s3, upload=upload, parts=strange) == ("InvalidPart", 400)


def test_small_parts_are_refused(s3: Any) -> None:
    upload, parts = begin(s3, b"a", b"b")
    assert refusal(end, s3=s3, upload=upload, parts=parts) == ("EntityTooSmall", 400)


def test_parts_of_different_sizes_are_refused_as_r2_does(s3: Any) -> None:
    upload, parts = begin(s3, b"a" * PART, b"b" * (PART + 1), b"c")
    assert refusal(end, s3=s3, upload=upload, parts=parts) == ("InvalidPart", 400)


def test_an_upload_does_not_get_around_a_lock(s3: Any, root: Path) -> None:
    put(s3, "big", b"first")
    upload, parts = begin(s3, b"second")
    account.put_lock(root, BUCKET, [{"id": "all", "enabled": True, "condition": {"type": "Indefinite"}}])
    assert refusal(end, s3=s3, upload=upload, parts=parts) == ("ObjectLockedByBucketPolicy", 403)
    assert s3.get_object(Bucket=BUCKET, Key="big")["Body"].read() == b"first"


def test_a_bucket_with_an_open_upload_can_be_deleted(s3: Any, root: Path) -> None:
    begin(s3, b"a")
    account.delete_bucket(root, BUCKET)
    assert account.buckets(root) == []
    account.create_bucket(root, BUCKET)
