"""Bodies in signed chunks ("aws-chunked"): each chunk's signature covers the one before it, the first the request's.

R2 refuses them, and is reached by TLS only, where minio-go (the client in restic) signs no payload. Over plain HTTP, as
here, that client always sends its bodies so. The store takes those, checks every signature, and refuses the others.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path

from sandbox.store.http.errors import S3Error
from sandbox.store.http.request import Body
from sandbox.store.http.signature import Signed, signing_key

STREAMING = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_HEAD = re.compile(rb"([0-9a-f]{1,16});chunk-signature=([0-9a-f]{64})\r\n")
_EMPTY = hashlib.sha256().hexdigest()


def decoded(body: Body, headers: Mapping[str, str], signed: Signed, secret: str) -> Body:
    """The body without its chunks, in the same file. S3Error where a chunk is cut, or not what was signed."""
    content = _content(body.path, signed, signing_key(secret, signed.credential))
    if str(len(content)) != headers.get("x-amz-decoded-content-length"):
        raise S3Error("IncompleteBody", "The request body is not as long as x-amz-decoded-content-length says.")
    body.path.write_bytes(content)
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    return Body(body.path, len(content), md5, hashlib.sha256(content).hexdigest())


def _content(path: Path, signed: Signed, key: bytes) -> bytes:
    sent, at, before = path.read_bytes(), 0, signed.signature
    scope = signed.credential.partition("/")[2]
    found = bytearray()
    while head := _HEAD.match(sent, at):
        size = int(head[1], 16)
        chunk = sent[head.end() : head.end() + size]
        digest = hashlib.sha256(chunk).hexdigest()
        text = "\n".join(("AWS4-HMAC-SHA256-PAYLOAD", signed.date, scope, before, _EMPTY, digest))
        before = head[2].decode()
        if not hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), before):
            raise S3Error("SignatureDoesNotMatch", "The signature of a chunk does not match its bytes.")
        found += chunk
        at = head.end() + size + 2
        if size == 0:
            return bytes(found)
    raise S3Error("IncompleteBody", "The request body ended before its last chunk.")
