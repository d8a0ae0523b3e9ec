"""What goes in comes out: objects, ranges, listings, copies."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.store import account

BUCKET = "db-backups"


def refusal(call: Any, **words: Any) -> tuple[str, int]:
    """S3's code and the HTTP status of a call that must be refused."""
    with pytest.raises(ClientError) as caught:
        call(**words)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def put(s3: Any, key: str, body: bytes = b"dump", **words: Any) -> Any:
    return s3.put_object(Bucket=BUCKET, Key=key, Body=body, **words)


def test_an_object_comes_back_as_it_went_in(s3: Any) -> None:
    sent = put(s3, "a/b c+ü.tgz", b"\x00\x01", ContentType="application/gzip", Metadata={"app": "fruits"})
    got = s3.get_object(Bucket=BUCKET, Key="a/b c+ü.tgz")
    assert got["Body"].read() == b"\x00\x01"
    assert sent["ETag"] == got["ETag"] == f'"{hashlib.md5(bytes((0, 1))).hexdigest()}"'
    assert (got["ContentType"], got["Metadata"], got["ContentLength"]) == ("application/gzip", {"app": "fruits"}, 2)


def test_head_tells_the_length_and_sends_no_body(s3: Any) -> None:
    put(s3, "one", b"12345")
    head = s3.head_object(Bucket=BUCKET, Key="one")
    assert head["ContentLength"] == 5
    assert head["LastModified"].tzinfo is not None


def test_an_empty_object_is_an_object(s3: Any) -> None:
    put(s3, "empty", b"")
    assert s3.get_object(Bucket=BUCKET, Key="empty")["Body"].read() == b""


@pytest.mark.parametrize(
    ("asked", "body", "said"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
    ],
)
def test_a_range_is_a_part_of_the_object(s3: Any, asked: str, body: bytes, said: str) -> None:
    put(s3, "ten", b"0123456789")
    got = s3.get_object(Bucket=BUCKET, Key="ten", Range=asked)
    assert (got["Body"].read(), got["ContentRange"]) == (body, said)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206


def test_a_range_past_the_end_is_416(s3: Any) -> None:
    put(s3, "ten", b"0123456789")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="ten", Range="bytes=10-") == ("InvalidRange", 416)


def test_what_is_not_there_is_404_and_deleting_it_is_fine(s3: Any) -> None:
    assert refusal(s3.get_object, Bucket=BUCKET, Key="nothing") == ("NoSuchKey", 404)
    assert refusal(s3.head_object, Bucket=BUCKET, Key="nothing") == ("404", 404)
    assert s3.delete_object(Bucket=BUCKET, Key="nothing")["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_deleted_object_is_gone(s3: Any) -> None:
    put(s3, "one")
    s3.delete_object(Bucket=BUCKET, Key="one")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="one") == ("NoSuchKey", 404)


def test_a_condition_keeps_an_object_from_being_overwritten(s3: Any) -> None:
    put(s3, "one", b"first")
    assert refusal(put, s3=s3, key="one", body=b"second", IfNoneMatch="*") == ("PreconditionFailed", 412)
    assert s3.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"first"


def test_a_download_in_pieces_is_of_one_version(s3: Any) -> None:
    old = put(s3, "one", b"first")["ETag"]
    put(s3, "one", b"second")
    assert refusal(s3.get_object, Bucket=BUCKET, Key="one", IfMatch=old) == ("PreconditionFailed", 412)


def test_a_listing_is_in_the_order_of_bytes_and_by_prefix(s3: Any) -> None:
    for key in ("b", "a/2", "a/1", "a-1", "Z"):
        put(s3, key)
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["Z", "a-1", "a/1", "a/2", "b"]
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET, Prefix="a/")["Contents"]] == ["a/1", "a/2"]
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="none")["KeyCount"] == 0


def test_a_delimiter_folds_what_lies_below_it(s3: Any) -> None:
    for key in ("a/1", "a/2", "b/c/3", "top"):
        put(s3, key)
    page = s3.list_objects_v2(Bucket=BUCKET, Delimiter="/")
    assert [one["Prefix"] for one in page["CommonPrefixes"]] == ["a/", "b/"]
    assert [one["Key"] for one in page["Contents"]] == ["top"]


@pytest.mark.parametrize("delimiter", ["", "/"])
def test_pages_hold_every_key_once(s3: Any, delimiter: str) -> None:
    keys = [f"d{number}/x" for number in range(7)]
    for key in (*keys, "d3/y"):
        put(s3, key)
    paginator = s3.get_paginator("list_objects_v2")
    pages = list(paginator.paginate(Bucket=BUCKET, Delimiter=delimiter, PaginationConfig={"PageSize": 3}))
    assert len(pages) == 3
    names = [one["Key"] for page in pages for one in page.get("Contents", [])]
    names += [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", [])]
    assert sorted(names) == (sorted([*keys, "d3/y"]) if not delimiter else [key[:-1] for key in keys])


def test_keys_that_xml_must_escape_survive_a_listing(s3: Any) -> None:
    keys = ["a&b<c>.tgz", 'it\'s "quoted"', "x" * 1000]
    for key in keys:
        put(s3, key, key.encode())
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == sorted(keys)
    assert s3.get_object(Bucket=BUCKET, Key=keys[2])["Body"].read() == keys[2].encode()


def test_no_key_reaches_outside_its_bucket(s3: Any, root: Path) -> None:
    put(s3, "../../tokens/evil.json", b"{}")
    assert list((root / "tokens").glob("evil*")) == []
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]] == ["../../tokens/evil.json"]


def test_a_key_of_more_than_1024_bytes_is_refused(s3: Any) -> None:
    assert refusal(put, s3=s3, key="k" * 1025) == ("InvalidObjectName", 400)


def test_a_copy_keeps_bytes_and_metadata(s3: Any) -> None:
    put(s3, "from a", b"bytes", Metadata={"app": "fruits"})
    s3.copy_object(Bucket=BUCKET, Key="to", CopySource={"Bucket": BUCKET, "Key": "from a"})
    got = s3.get_object(Bucket=BUCKET, Key="to")
    assert (got["Body"].read(), got["Metadata"]) == (b"bytes", {"app": "fruits"})


def test_a_bucket_that_holds_something_is_not_deleted(s3: Any, root: Path) -> None:
    put(s3, "one")
    with pytest.raises(account.AccountError, match=r"^The bucket db-backups is not empty\.$") as caught:
        account.delete_bucket(root, BUCKET)
    assert (caught.value.code, caught.value.number) == ("BucketNotEmpty", 10008)


def test_a_bucket_is_made_once(root: Path) -> None:
    with pytest.raises(account.AccountError, match=r"^The bucket db-backups already exists") as caught:
        account.create_bucket(root, "db-backups")
    assert caught.value.number == 10073


@pytest.mark.parametrize("name", ["", "ab", "Upper", "-a-b", "a_b", "../evil", "a" * 64])
def test_a_bucket_has_a_name_by_r2s_rules(root: Path, name: str) -> None:
    with pytest.raises(account.AccountError, match="The specified bucket name is not valid"):
        account.create_bucket(root, name)
