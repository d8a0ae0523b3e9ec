"""Bodies in signed chunks, as restic's client sends them over plain HTTP: every signature counts."""

import hashlib
import hmac

import pytest
from botocore.awsrequest import AWSRequest

from sandbox.store import Store, tamper
from tests.sandbox.store.conftest import BUCKET, SECRET
from tests.sandbox.store.test_access import _send, _signed

STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
PARTS = (b"d" * 70_000, b"ump", b"")


def _chunked(request: AWSRequest, parts: tuple[bytes, ...]) -> bytes:
    """By AWS's description of the scheme ("Transferring payload in multiple chunks")."""
    scope = request.headers["Authorization"].partition("Credential=")[2].partition(",")[0].partition("/")[2]
    key = f"AWS4{SECRET}".encode()
    for word in scope.split("/"):
        key = hmac.digest(key, word.encode(), "sha256")
    before, body = request.headers["Authorization"].rpartition("Signature=")[2], b""
    for part in parts:
        digests = (hashlib.sha256(b"").hexdigest(), hashlib.sha256(part).hexdigest())
        text = "\n".join(("AWS4-HMAC-SHA256-PAYLOAD", request.headers["X-Amz-Date"], scope, before, *digests))
        before = hmac.digest(key, text.encode(), "sha256").hex()
        body += f"{len(part):x};chunk-signature={before}\r\n".encode() + part + b"\r\n"
    return body


def _asked(store: Store, length: int) -> AWSRequest:
    return _signed(store, b"", {"x-amz-decoded-content-length": str(length)}, STREAMING)


def test_signed_chunks_are_taken_and_put_together(store: Store) -> None:
    request = _asked(store, 70_003)
    assert _send(store, request, _chunked(request, PARTS)) == (200, "")
    assert tamper.content(store.root, BUCKET, "one") == b"".join(PARTS)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda body: body.replace(b"ump", b"umb"), (403, "SignatureDoesNotMatch")),
        (lambda body: body[: body.index(b"\r\n3;") + 2], (400, "IncompleteBody")),
        (lambda body: body.replace(b"3;chunk", b"4;chunk"), (403, "SignatureDoesNotMatch")),
    ],
)
def test_what_was_changed_or_cut_on_its_way_is_refused(store: Store, change: object, refusal: tuple[int, str]) -> None:
    request = _asked(store, 70_003)
    assert _send(store, request, change(_chunked(request, PARTS))) == refusal  # type: ignore[operator]


def test_another_length_than_was_said_is_refused(store: Store) -> None:
    request = _asked(store, 70_004)
    assert _send(store, request, _chunked(request, PARTS)) == (400, "IncompleteBody")
