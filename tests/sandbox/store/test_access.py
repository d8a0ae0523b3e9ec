"""Who may do what: signatures, clocks, and tokens that open one bucket."""

import http.client
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sandbox.store import Store, account
from sandbox.store.account import Token
from sandbox.store.http.errors import S3Error
from sandbox.store.http.signature import Asked, authenticate
from tests.sandbox.store.conftest import BUCKET, KEY, SECRET, MakeClient
from tests.sandbox.store.test_objects import put, refusal


def test_a_bucket_token_cannot_open_another_bucket(s3: Any, root: Path) -> None:
    account.create_bucket(root, "other-bucket")
    for bucket in ("other-bucket", "no-such-bucket"):
        assert refusal(s3.get_object, Bucket=bucket, Key="one") == ("AccessDenied", 403)
        assert refusal(s3.put_object, Bucket=bucket, Key="one", Body=b"x") == ("AccessDenied", 403)
        assert refusal(s3.list_objects_v2, Bucket=bucket) == ("AccessDenied", 403)


def test_a_bucket_token_cannot_copy_from_another_bucket(s3: Any, root: Path) -> None:
    account.create_bucket(root, "other-bucket")
    source = {"Bucket": "other-bucket", "Key": "one"}
    assert refusal(s3.copy_object, Bucket=BUCKET, Key="one", CopySource=source) == ("AccessDenied", 403)


def test_a_bucket_token_sees_no_buckets_and_makes_none(s3: Any) -> None:
    assert refusal(s3.list_buckets) == ("AccessDenied", 403)
    assert refusal(s3.head_bucket, Bucket=BUCKET) == ("403", 403)
    assert refusal(s3.create_bucket, Bucket="new-bucket") == ("AccessDenied", 403)
    assert refusal(s3.create_bucket, Bucket=BUCKET) == ("AccessDenied", 403)
    assert refusal(s3.delete_bucket, Bucket=BUCKET) == ("AccessDenied", 403)


def test_a_bucket_token_cannot_change_the_rules_of_its_bucket(s3: Any) -> None:
    assert refusal(s3.get_bucket_lifecycle_configuration, Bucket=BUCKET) == ("AccessDenied", 403)
    assert refusal(s3.delete_bucket_lifecycle, Bucket=BUCKET) == ("AccessDenied", 403)


def test_a_token_that_reads_cannot_write(s3: Any, make_client: MakeClient, root: Path) -> None:
    put(s3, "one", b"dump")
    account.put_token(root, "reader", SECRET, BUCKET, write=False)
    reader = make_client("reader")
    assert reader.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"dump"
    assert reader.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1
    assert refusal(reader.put_object, Bucket=BUCKET, Key="one", Body=b"x") == ("AccessDenied", 403)
    assert refusal(reader.delete_object, Bucket=BUCKET, Key="one") == ("AccessDenied", 403)
    assert refusal(reader.create_multipart_upload, Bucket=BUCKET, Key="one") == ("AccessDenied", 403)


def test_an_unknown_key_and_a_wrong_secret_are_refused(make_client: MakeClient) -> None:
    assert refusal(make_client("nobody").list_objects_v2, Bucket=BUCKET) == ("InvalidAccessKeyId", 403)
    assert refusal(make_client(KEY, "wrong").list_objects_v2, Bucket=BUCKET) == ("SignatureDoesNotMatch", 403)


def test_a_token_that_is_gone_opens_nothing_at_once(s3: Any, root: Path) -> None:
    put(s3, "one")
    account.delete_token(root, KEY)
    assert refusal(s3.get_object, Bucket=BUCKET, Key="one") == ("InvalidAccessKeyId", 403)


def test_a_rotated_token_needs_its_new_secret(s3: Any, make_client: MakeClient, root: Path) -> None:
    account.put_token(root, KEY, "c" * 64, BUCKET, write=True)
    assert refusal(s3.list_objects_v2, Bucket=BUCKET) == ("SignatureDoesNotMatch", 403)
    assert make_client(KEY, "c" * 64).list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


@pytest.mark.parametrize("region", ["auto", "us-east-1"])
def test_r2s_region_and_its_alias_are_taken(make_client: MakeClient, region: str) -> None:
    assert make_client(region=region).list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_region_of_another_cloud_is_refused(make_client: MakeClient) -> None:
    assert refusal(make_client(region="eu-central-1").list_objects_v2, Bucket=BUCKET) == ("InvalidRegionName", 400)


def test_the_old_signature_is_refused(make_client: MakeClient) -> None:
    assert refusal(make_client(signature_version="s3").list_objects_v2, Bucket=BUCKET) == ("Unauthorized", 401)


def test_an_unsigned_request_is_refused(store: Store) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{store.endpoint}/{BUCKET}/one")
    with caught.value as answer:
        assert answer.code == 403
        assert b"<Code>AccessDenied</Code>" in answer.read()


def test_a_presigned_url_opens_one_object(s3: Any) -> None:
    put(s3, "one", b"dump")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "one"}, ExpiresIn=60)
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"dump"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url.replace("/one?", "/two?"))
    caught.value.close()
    assert caught.value.code == 403


def test_a_body_that_is_not_the_signed_one_is_refused(store: Store) -> None:
    request = _signed(store, b"signed", {})
    answer = _send(store, request, b"other!")
    assert answer == (400, "XAmzContentSHA256Mismatch")


def test_an_unsigned_payload_is_taken(store: Store) -> None:
    request = _signed(store, b"", {}, "UNSIGNED-PAYLOAD")
    assert _send(store, request, b"anything") == (200, "")


@pytest.mark.parametrize(
    "header", ["x-amz-checksum-crc32", "x-amz-checksum-crc64nvme", "x-amz-sdk-checksum-algorithm", "x-amz-trailer"]
)
def test_checksum_headers_are_refused_as_r2_does(store: Store, header: str) -> None:
    assert _send(store, _signed(store, b"dump", {header: "CRC32"}), b"dump") == (501, "NotImplemented")


def test_a_chunked_body_with_trailer_is_refused(store: Store) -> None:
    request = _signed(store, b"", {}, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    assert _send(store, request, b"4\r\ndump\r\n0\r\n\r\n") == (501, "NotImplemented")


def test_boto3_as_it_comes_is_refused_and_with_when_required_it_works(make_client: MakeClient) -> None:
    fresh = make_client(request_checksum_calculation="when_supported")
    assert refusal(fresh.put_object, Bucket=BUCKET, Key="one", Body=b"x") == ("NotImplemented", 501)
    told = make_client(request_checksum_calculation="when_required")
    assert told.put_object(Bucket=BUCKET, Key="one", Body=b"x")["ResponseMetadata"]["HTTPStatusCode"] == 200


def _asked(headers: dict[str, str]) -> Asked:
    request = AWSRequest("GET", "http://127.0.0.1:9/db-backups/one", headers=headers)
    S3SigV4Auth(Credentials(KEY, SECRET), "s3", "auto").add_auth(request)
    named = {name.lower(): value for name, value in request.headers.items()} | {"host": "127.0.0.1:9"}
    return Asked("GET", "/db-backups/one", "", named)


@pytest.mark.parametrize(("late", "fine"), [(0, True), (890, True), (910, False), (-890, True), (-910, False)])
def test_a_clock_may_be_a_quarter_of_an_hour_off(late: int, fine: bool) -> None:
    asked, token = _asked({}), Token(KEY, SECRET, BUCKET, write=True)
    if fine:
        assert authenticate(asked, lambda _: token, time.time() + late)[0] == token
    else:
        with pytest.raises(S3Error, match="The difference between the request time and the server's time"):
            authenticate(asked, lambda _: token, time.time() + late)


def test_spaces_in_headers_are_folded_before_signing() -> None:
    asked, token = _asked({"x-amz-meta-note": "two  spaces "}), Token(KEY, SECRET, BUCKET, write=True)
    assert authenticate(asked, lambda _: token, time.time())[0] == token


class _Signer(S3SigV4Auth):  # type: ignore[misc]  # botocore has no types
    word: str | None = None

    def payload(self, request: AWSRequest) -> str:
        return self.word or str(super().payload(request))


def _signed(store: Store, body: bytes, headers: dict[str, str], word: str | None = None) -> AWSRequest:
    request = AWSRequest("PUT", f"{store.endpoint}/{BUCKET}/one", headers=headers, data=body)
    signer = _Signer(Credentials(KEY, SECRET), "s3", "auto")
    signer.word = word
    signer.add_auth(request)
    return request


def _send(store: Store, request: AWSRequest, body: bytes) -> tuple[int, str]:
    """The status and S3's code of the answer to a request whose body may be another than the signed one."""
    connection = http.client.HTTPConnection(urlsplit(store.endpoint).netloc, timeout=10)
    try:
        connection.request("PUT", f"/{BUCKET}/one", body, dict(request.headers.items()))
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, text.partition("<Code>")[2].partition("</Code>")[0]
    finally:
        connection.close()


def test_a_key_that_cannot_delete_writes_and_reads(s3: Any, make_client: MakeClient, root: Path) -> None:
    put(s3, "one", b"dump")
    account.put_token(root, "writer", SECRET, BUCKET, write=True, delete=False)
    writer = make_client("writer")
    writer.put_object(Bucket=BUCKET, Key="two", Body=b"x")
    assert refusal(writer.delete_object, Bucket=BUCKET, Key="one") == ("AccessDenied", 403)
    assert writer.get_object(Bucket=BUCKET, Key="one")["Body"].read() == b"dump"
