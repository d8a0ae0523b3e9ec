"""Who is asking: AWS Signature Version 4, checked for real.

Written from the description of the scheme (docs.aws.amazon.com, "Signature Version 4"), not with botocore:
the tests sign with botocore, and two writers agree only on what is right.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote

from sandbox.store.account import Token
from sandbox.store.http.errors import S3Error

MAX_SKEW = 15 * 60  # seconds
REGIONS = ("auto", "us-east-1", "", "wnam", "enam", "weur", "eeur", "apac", "oc")
UNSIGNED = "UNSIGNED-PAYLOAD"
_HEADER = re.compile(r"AWS4-HMAC-SHA256 Credential=(\S+?), ?SignedHeaders=(\S+?), ?Signature=([0-9a-f]{64})")


@dataclass(frozen=True)
class Signed:
    """What a request says about its own signature, wherever it says it."""

    credential: str  # KEY/20260131/auto/s3/aws4_request
    headers: tuple[str, ...]
    signature: str
    date: str  # 20260131T235959Z
    expires: int | None  # seconds, presigned only
    payload: str  # hex SHA-256 or UNSIGNED-PAYLOAD


@dataclass(frozen=True)
class Asked:
    """The parts of an HTTP request that a signature covers; `path` and `query` as they came, still encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]  # names in lower case


def authenticate(asked: Asked, find: Callable[[str], Token | None], now: float) -> tuple[Token, Signed]:
    """The token that signed this, and what it signed. S3Error for an unknown key, a wrong signature or another time."""
    signed = _signed(asked)
    key, day, region, service, end = _scope(signed.credential)
    token = find(key)
    if token is None:
        raise S3Error("InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.")
    if region not in REGIONS:
        names = ", ".join(name for name in REGIONS if name)
        raise S3Error("InvalidRegionName", f"The region name '{region}' is not valid. Must be one of: {names}")
    _check_time(signed, day, now)
    text = _text_to_sign(asked, signed, "/".join((day, region, service, end)))
    right = hmac.digest(signing_key(token.secret, signed.credential), text.encode(), "sha256").hex()
    if not hmac.compare_digest(right, signed.signature):
        raise S3Error(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your secret access key and signing method.",
        )
    return token, signed


def _signed(asked: Asked) -> Signed:
    query = dict(parse_qsl(asked.query, keep_blank_values=True))
    header = asked.headers.get("authorization", "")
    if "X-Amz-Signature" in query:
        return _presigned(query)
    if header.startswith("AWS ") or "Signature" in query:
        raise S3Error("Unauthorized", "SigV2 authorization is not supported. Please use SigV4 instead.")
    found = _HEADER.fullmatch(header)
    if not found:
        raise S3Error("AccessDenied", "Access Denied")
    names = tuple(found[2].split(";"))
    if "host" not in names:
        raise S3Error("InvalidRequest", "The host header must be signed.")
    payload = asked.headers.get("x-amz-content-sha256")
    if not payload:
        raise S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    return Signed(found[1], names, found[3], asked.headers.get("x-amz-date", ""), None, payload)


def _presigned(query: Mapping[str, str]) -> Signed:
    try:
        expires = int(query["X-Amz-Expires"])
        names = tuple(query["X-Amz-SignedHeaders"].split(";"))
        signed = Signed(
            query["X-Amz-Credential"], names, query["X-Amz-Signature"], query["X-Amz-Date"], expires, UNSIGNED
        )
    except (KeyError, ValueError) as error:
        raise S3Error("InvalidRequest", "A presigned request needs all of its X-Amz- parameters.") from error
    if not 1 <= expires <= 604800:
        raise S3Error("InvalidArgument", "X-Amz-Expires must be between 1 and 604800 seconds.")
    return signed


def _scope(credential: str) -> tuple[str, str, str, str, str]:
    parts = credential.split("/")
    if len(parts) != 5 or parts[3:] != ["s3", "aws4_request"]:
        raise S3Error("InvalidRequest", "The credential scope must be KEY/DATE/REGION/s3/aws4_request.")
    return parts[0], parts[1], parts[2], parts[3], parts[4]


def _check_time(signed: Signed, day: str, now: float) -> None:
    try:
        at = datetime.strptime(signed.date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise S3Error("InvalidRequest", "The request needs a date as in 20260131T235959Z.") from error
    if not signed.date.startswith(day) or at > now + MAX_SKEW or (signed.expires is None and at < now - MAX_SKEW):
        message = "The difference between the request time and the server's time is too large."
        raise S3Error("RequestTimeTooSkewed", message)
    if signed.expires is not None and now > at + signed.expires:
        raise S3Error("ExpiredRequest", "Request has expired")


def _text_to_sign(asked: Asked, signed: Signed, scope: str) -> str:
    pairs = [(k, v) for k, v in parse_qsl(asked.query, keep_blank_values=True) if k != "X-Amz-Signature"]
    query = "&".join(f"{k}={v}" for k, v in sorted((_encode(k), _encode(v)) for k, v in pairs))
    headers = "".join(f"{name}:{' '.join(asked.headers.get(name, '').split())}\n" for name in signed.headers)
    path = quote(unquote(asked.path, errors="surrogateescape"), safe="/-_.~", errors="surrogateescape")
    canonical = "\n".join((asked.method, path, query, headers, ";".join(signed.headers), signed.payload))
    return "\n".join(("AWS4-HMAC-SHA256", signed.date, scope, hashlib.sha256(canonical.encode()).hexdigest()))


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")


def signing_key(secret: str, credential: str) -> bytes:
    """The key of the credential's day, region and service."""
    key = f"AWS4{secret}".encode()
    for word in credential.split("/")[1:]:
        key = hmac.digest(key, word.encode(), "sha256")
    return key
