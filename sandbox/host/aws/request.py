"""A request to a store, and its signature (AWS Signature Version 4)."""

import hashlib
import hmac
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote


class CallError(Exception):
    """The store refused, 254; or nothing was heard of it, 255; or there is nothing to sign with, 253."""

    def __init__(self, text: str, code: int = 254) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class Request:
    """One request. An operation is S3's name for it, as errors have it; `query` in the order of the URL."""

    operation: str
    method: str
    bucket: str
    key: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        return "/" + quote(f"{self.bucket}/{self.key}" if self.key else self.bucket, safe="/~")

    def words(self, *, ordered: bool = False) -> str:
        pairs = [f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in self.query.items()]
        return "&".join(sorted(pairs) if ordered else pairs)


def signed(request: Request, host: str, region: str) -> dict[str, str]:
    """The headers of a request, with its signature."""
    key, secret = _credentials()
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    payload = hashlib.sha256(request.body).hexdigest()
    found = {"Host": host, "X-Amz-Content-SHA256": payload, "X-Amz-Date": moment, **request.headers}
    if token := os.environ.get("AWS_SESSION_TOKEN"):
        found["X-Amz-Security-Token"] = token
    named = sorted((name.lower(), value.strip()) for name, value in found.items())
    names = ";".join(name for name, _ in named)
    rows = [
        request.method,
        request.path,
        request.words(ordered=True),
        *(f"{name}:{value}" for name, value in named),
    ]
    asked = "\n".join([*rows, "", names, payload])
    scope = f"{moment[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(asked.encode()).hexdigest()}"
    signing = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    signature = hmac.digest(signing, text.encode(), "sha256").hex()
    words = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**found, "Authorization": words}


def _credentials() -> tuple[str, str]:
    key, secret = (os.environ.get(f"AWS_{name}", "") for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    if not key:
        raise CallError("Unable to locate credentials", 253)
    if not secret:
        raise CallError("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY", 253)
    return key, secret
