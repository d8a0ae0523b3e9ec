"""Bad days that a test can order: on the wire, on the disk, and weeks later."""

import hashlib
import http.client
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from sandbox.store import Store, account, clock, faults, objects, tamper
from tests.sandbox.store.conftest import BUCKET, MakeClient
from tests.sandbox.store.test_objects import put, refusal
from tests.sandbox.store.test_rules import LOCKED, WEEK, age_lock, keep

DAY = 86400
CONTENT = bytes(range(256)) * 4


# On the wire


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "Unauthorized"),
        (403, "AccessDenied"),
        (429, "TooManyRequests"),
        (500, "InternalError"),
        (502, "InternalError"),
        (503, "ServiceUnavailable"),
        (504, "ServiceUnavailable"),
    ],
)
def test_each_refusal_has_its_likely_code(s3: Any, root: Path, status: int, code: str) -> None:
    faults.order(root, status=status)
    assert refusal(s3.list_objects_v2, Bucket=BUCKET) == (code, status)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_refusal_may_have_another_code(s3: Any, root: Path) -> None:
    faults.order(root, status=403, code="InvalidAccessKeyId")
    assert refusal(s3.list_objects_v2, Bucket=BUCKET) == ("InvalidAccessKeyId", 403)


def test_a_flipped_byte_comes_once_and_the_object_is_whole(s3: Any, root: Path) -> None:
    put(s3, "one", CONTENT)
    faults.order(root, flip=300, method="GET", key="one")
    came = s3.get_object(Bucket=BUCKET, Key="one")["Body"].read()
    assert [at for at, (right, wrong) in enumerate(zip(CONTENT, came, strict=True)) if right != wrong] == [300]
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == CONTENT


def test_a_store_that_says_nothing_at_all(s3: Any, root: Path) -> None:
    faults.order(root, gone=True)
    with pytest.raises((ConnectionClosedError, http.client.RemoteDisconnected)):
        s3.list_objects_v2(Bucket=BUCKET)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_an_upload_that_is_cut_midway_leaves_what_was_there(s3: Any, root: Path) -> None:
    put(s3, "one", b"first")
    faults.order(root, cut=100_000, method="PUT", key="one")
    with pytest.raises(Exception, match=r"Connection was closed|Broken pipe|Connection reset|EOF"):
        put(s3, "one", bytes(5_000_000))
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"first"
    assert list((root / "incoming").iterdir()) == []


def test_a_fault_lasts_until_it_is_cleared(s3: Any, root: Path) -> None:
    faults.order(root, status=503, times=0)
    for _ in range(5):
        assert refusal(s3.list_objects_v2, Bucket=BUCKET) == ("ServiceUnavailable", 503)
    faults.clear(root)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_of_several_faults_the_first_that_fits_happens(s3: Any, root: Path) -> None:
    faults.order(root, status=429, method="PUT", times=2)
    faults.add(root, status=503, method="GET")
    assert refusal(s3.list_objects_v2, Bucket=BUCKET) == ("ServiceUnavailable", 503)
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    for _ in range(2):
        assert refusal(put, s3=s3, key="one") == ("TooManyRequests", 429)
    put(s3, "one")
    assert not (root / "faults.json").exists()


# On the disk


def test_an_object_can_be_as_old_as_a_test_wants(s3: Any, root: Path) -> None:
    tamper.plant(root, BUCKET, "old", CONTENT, 1_700_000_000.0)
    head = s3.head_object(Bucket=BUCKET, Key="old")
    assert (head["LastModified"].timestamp(), head["ContentLength"]) == (1_700_000_000, 1024)
    assert head["ETag"] == f'"{hashlib.md5(CONTENT).hexdigest()}"'
    put(s3, "other")
    assert tamper.age(root, BUCKET, 2 * DAY, "ol") == ["old"]
    assert s3.head_object(Bucket=BUCKET, Key="old")["LastModified"].timestamp() == 1_700_000_000 - 2 * DAY
    assert time.time() - s3.head_object(Bucket=BUCKET, Key="other")["LastModified"].timestamp() < 60
    assert tamper.content(root, BUCKET, "old") == CONTENT


@pytest.mark.parametrize("at", [0, 500, -1])
def test_a_bit_that_rots_changes_neither_size_nor_etag(s3: Any, root: Path, at: int) -> None:
    before = put(s3, "one", CONTENT)["ETag"]
    tamper.flip(root, BUCKET, "one", at)
    got = s3.get_object(Bucket=BUCKET, Key="one")
    came = got["Body"].read()
    assert (got["ETag"], got["ContentLength"]) == (before, 1024)
    assert [n for n in range(1024) if came[n] != CONTENT[n]] == [at % 1024]


def test_a_truncated_object_is_short_wherever_one_looks(s3: Any, root: Path) -> None:
    put(s3, "one", CONTENT)
    tamper.truncate(root, BUCKET, "one", 1000)
    assert s3.list_objects_v2(Bucket=BUCKET)["Contents"][0]["Size"] == 1000
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == CONTENT[:1000]


# Weeks later


def test_the_clock_ends_locks_and_writes_the_time_of_objects(s3: Any, root: Path) -> None:
    put(s3, "one")
    account.put_lock(root, BUCKET, [age_lock()])
    assert refusal(s3.delete_object, Bucket=BUCKET, Key="one") == LOCKED
    clock.ahead(root, WEEK + 60)
    try:
        put(s3, "new")
        assert s3.head_object(Bucket=BUCKET, Key="new")["LastModified"].timestamp() - time.time() > WEEK
        s3.delete_object(Bucket=BUCKET, Key="one")
        assert refusal(s3.delete_object, Bucket=BUCKET, Key="new") == LOCKED
    finally:
        clock.ahead(root, 0)


def test_a_lifecycle_takes_what_is_old_enough_by_the_stores_clock(s3: Any, root: Path) -> None:
    put(s3, "dumps/one")
    put(s3, "verified/one")
    account.put_lifecycle(root, BUCKET, [keep(35 * DAY, "dumps/")])
    assert objects.expire(root, clock.now(root)) == []
    clock.ahead(root, 36 * DAY)
    try:
        assert objects.expire(root, clock.now(root)) == [f"{BUCKET}/dumps/one"]
    finally:
        clock.ahead(root, 0)
    assert [one.key for one in objects.listing(root, BUCKET)] == ["verified/one"]


# Copies and rights


def test_a_copy_is_as_young_as_its_copying_and_keeps_what_it_is_of(s3: Any, root: Path) -> None:
    put(s3, "dumps/one", CONTENT, ContentType="application/gzip")
    tamper.age(root, BUCKET, 30 * DAY)
    s3.copy_object(Bucket=BUCKET, Key="verified/one", CopySource={"Bucket": BUCKET, "Key": "dumps/one"})
    head = s3.head_object(Bucket=BUCKET, Key="verified/one")
    assert (head["ContentType"], head["ContentLength"]) == ("application/gzip", 1024)
    assert time.time() - head["LastModified"].timestamp() < 60


def test_a_copy_of_what_came_in_parts_has_the_etag_of_the_whole(s3: Any) -> None:
    content = bytes(5 << 20) + b"end"
    upload = {
        "Bucket": BUCKET,
        "Key": "big",
        "UploadId": s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"],
    }
    sent = [s3.upload_part(**upload, PartNumber=n, Body=part) for n, part in ((1, content[: 5 << 20]), (2, b"end"))]
    parts = [{"PartNumber": n, "ETag": one["ETag"]} for n, one in enumerate(sent, 1)]
    assert s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})["ETag"].endswith('-2"')
    done = s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "big"})
    assert done["CopyObjectResult"]["ETag"] == f'"{hashlib.md5(content).hexdigest()}"'


def test_a_copy_can_ask_for_the_very_object_that_was_looked_at(s3: Any) -> None:
    first = put(s3, "one", b"first")["ETag"]
    source = {"Bucket": BUCKET, "Key": "one"}
    s3.copy_object(Bucket=BUCKET, Key="two", CopySource=source, CopySourceIfMatch=first)
    put(s3, "one", b"second")
    words = {"Bucket": BUCKET, "Key": "three", "CopySource": source}
    assert refusal(s3.copy_object, **words, CopySourceIfMatch=first) == ("PreconditionFailed", 412)
    assert refusal(s3.head_object, Bucket=BUCKET, Key="three") == ("404", 404)


def test_a_reader_copies_nothing(s3: Any, make_client: MakeClient, root: Path) -> None:
    put(s3, "one")
    account.put_token(root, "reader", "c" * 64, BUCKET, write=False)
    words = {"Bucket": BUCKET, "Key": "two", "CopySource": {"Bucket": BUCKET, "Key": "one"}}
    assert refusal(make_client("reader", "c" * 64).copy_object, **words) == ("AccessDenied", 403)


def test_a_token_says_from_where_it_may_be_used(store: Store) -> None:
    account.put_token(store.root, "bound", "c" * 64, BUCKET, write=True, only_from=["203.0.113.7/32"])
    bound, free = account.token(store.root, "bound"), account.token(store.root, "a" * 32)
    assert bound is not None
    assert free is not None
    assert (list(bound.only_from), list(free.only_from)) == (["203.0.113.7/32"], [])
