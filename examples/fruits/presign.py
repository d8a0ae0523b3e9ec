"""An address that opens one object of a bucket for a while: AWS Signature Version 4 in a query, for twin.py."""

import hashlib
import hmac
import os
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit


def presigned(method: str, key: str, seconds: int = 600) -> str:
    """By the variables S3_…, which Petbase sets with `bucket: true`."""
    endpoint, region = os.environ["S3_ENDPOINT"], os.environ["S3_REGION"]
    path = quote(f"/{os.environ['S3_BUCKET']}/{key}")
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    query = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{os.environ['S3_ACCESS_KEY_ID']}/{scope}",
        "X-Amz-Date": now,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    host = f"host:{urlsplit(endpoint).netloc}\n"
    request = "\n".join((method, path, asked, host, "host", "UNSIGNED-PAYLOAD"))
    digest = hashlib.sha256(request.encode()).hexdigest()
    signature = _sign(scope, "\n".join(("AWS4-HMAC-SHA256", now, scope, digest)))
    return f"{endpoint}{path}?{asked}&X-Amz-Signature={signature}"


def _sign(scope: str, text: str) -> str:
    key = f"AWS4{os.environ['S3_SECRET_ACCESS_KEY']}".encode()
    for word in (*scope.split("/"), text):
        key = hmac.digest(key, word.encode(), "sha256")
    return key.hex()
