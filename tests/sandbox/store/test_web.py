"""What the pretend R2 lets browsers and everyone do: CORS by rules, reading under a public name, unfinished uploads."""

import http.client
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.store import Store, web
from tests.sandbox.store.conftest import BUCKET
from tests.sandbox.store.test_objects import put
from tests.sandbox.store.test_uploads import begin

RULES: list[dict[str, Any]] = [
    {
        "allowed": {"methods": ["GET", "PUT"], "origins": ["https://a.example"], "headers": ["Content-Type"]},
        "exposeHeaders": ["ETag"],
        "maxAgeSeconds": 60,
    },
    {"allowed": {"methods": ["GET"], "origins": ["*"]}},
]


def ask(store: Store, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(urlsplit(store.endpoint).netloc, timeout=10)
    connection.request(method, path, headers=named)
    with connection.getresponse() as answer:
        told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return told


def preflight(store: Store, origin: str, method: str, headers: str = "") -> tuple[int, str]:
    words = {"Origin": origin, "Access_Control_Request_Method": method}
    if headers:
        words["Access_Control_Request_Headers"] = headers
    status, told, _ = ask(store, "OPTIONS", f"/{BUCKET}/one", **words)
    return status, told.get("access-control-allow-origin", "")


@pytest.mark.parametrize(
    ("origin", "method", "headers", "allowed"),
    [
        ("https://a.example", "PUT", "", True),
        ("https://a.example", "PUT", "content-type", True),
        ("https://a.example", "PUT", "content-type, x-amz-meta-who", False),
        ("https://b.example", "PUT", "", False),
        ("https://b.example", "GET", "", True),
        ("https://a.example", "DELETE", "", False),
    ],
)
def test_a_preflight_is_answered_by_the_rules(
    store: Store, origin: str, method: str, headers: str, allowed: bool
) -> None:
    web.put_cors(store.root, BUCKET, RULES)
    assert preflight(store, origin, method, headers) == ((204, origin) if allowed else (403, ""))


def test_without_rules_no_page_is_let_in(store: Store) -> None:
    web.put_cors(store.root, BUCKET, [])
    assert preflight(store, "https://a.example", "GET") == (403, "")


def test_an_answer_is_shown_to_the_page_also_when_it_is_a_refusal(store: Store) -> None:
    web.put_cors(store.root, BUCKET, RULES)
    status, told, _ = ask(store, "GET", f"/{BUCKET}/one", Origin="https://a.example")
    assert (status, told["access-control-allow-origin"]) == (403, "https://a.example")
    assert told["access-control-expose-headers"] == "ETag"
    assert "access-control-allow-origin" not in ask(store, "GET", f"/{BUCKET}/one")[1]


def test_a_public_name_reads_its_bucket_and_nothing_else(store: Store, s3: Any) -> None:
    put(s3, "a/one.txt", b"hello")
    assert ask(store, "GET", "/a/one.txt", Host="files.example")[0] == 403
    web.open_to_all(store.root, "files.example", BUCKET)
    status, told, body = ask(store, "GET", "/a/one.txt", Host="files.example")
    assert (status, body, "etag" in told) == (200, b"hello", True)
    assert ask(store, "HEAD", "/a/one.txt", Host="files.example:443")[::2] == (200, b"")
    assert ask(store, "GET", "/none", Host="files.example")[0] == 404
    assert ask(store, "PUT", "/a/one.txt", Host="files.example")[0] == 405
    web.close(store.root, "files.example")
    assert ask(store, "GET", "/a/one.txt", Host="files.example")[0] == 403


@pytest.mark.parametrize("name", ["../tokens/x", "", "."])
def test_no_name_leads_out_of_the_store(store: Store, name: str) -> None:
    assert web.bucket_of(store.root, name) is None


def test_uploads_that_were_not_finished_are_listed(s3: Any, root: Path) -> None:
    upload, _ = begin(s3, b"part")
    assert root.exists()
    (listed,) = s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]
    assert (listed["Key"], listed["UploadId"]) == ("big", upload)
    s3.abort_multipart_upload(Bucket=BUCKET, Key="big", UploadId=upload)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)
