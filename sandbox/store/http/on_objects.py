"""PutObject, GetObject, HeadObject, DeleteObject and CopyObject."""

import base64
import binascii
import hashlib
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

from sandbox.store import objects
from sandbox.store.http.errors import S3Error
from sandbox.store.http.request import Request, Response, http_date, iso, xml
from sandbox.store.objects import Description

_KEPT = ("content-type", "content-encoding", "content-disposition", "content-language", "cache-control", "expires")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def put(request: Request) -> Response:
    """Store an object; refused when the existing one is locked, or a condition does not hold."""
    check_md5(request)
    objects.refuse_locked(request.root, request.bucket, request.key, request.now)
    check_conditions(request, existing(request))
    body = request.body
    description = Description(request.key, body.size, body.md5, request.now, kept_headers(request))
    objects.put(request.root, request.bucket, body.path, description)
    return Response(200, {"etag": f'"{body.md5}"'})


def get(request: Request) -> Response:
    """An object or a range of it; HeadObject is the same without the bytes."""
    description, file = objects.read(request.root, request.bucket, request.key)
    try:
        check_conditions(request, description)
        start, size, partial = _range(request.headers.get("range", ""), description.size)
    except S3Error:
        file.close()
        raise
    headers = described(description)
    if partial:
        headers["content-range"] = f"bytes {start}-{start + size - 1}/{description.size}"
    file.seek(start)
    return Response(206 if partial else 200, headers, file=file, size=size)


def described(description: Description) -> dict[str, str]:
    """The headers of an answer that carries an object."""
    return {
        "content-type": "application/octet-stream",
        **description.headers,
        "etag": f'"{description.etag}"',
        "last-modified": http_date(description.modified),
        "accept-ranges": "bytes",
    }


def delete(request: Request) -> Response:
    """Remove an object; 204 also when there is none."""
    objects.delete(request.root, request.bucket, request.key, request.now)
    return Response(204)


def copy(request: Request) -> Response:
    """Store a copy of another object of the same bucket; the token opens no other. It is as young as its copying.

    The ETag of one that came in parts is the MD5 of the whole from then on, as AWS documents it; R2 says nothing on it.
    """
    bucket, _, key = unquote(request.headers["x-amz-copy-source"]).removeprefix("/").partition("/")
    if bucket != request.token.bucket:
        raise S3Error("AccessDenied", "Access Denied")
    objects.refuse_locked(request.root, request.bucket, request.key, request.now)
    source, file = objects.read(request.root, bucket, key)
    with file, request.body.path.open("wb") as copied:
        _check_source(request, source)
        shutil.copyfileobj(file, copied)
        copied.truncate(source.size)
    etag = _md5(request.body.path) if "-" in source.etag else source.etag
    replace = request.headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE"
    headers = kept_headers(request) if replace else source.headers
    description = Description(request.key, source.size, etag, request.now, headers)
    objects.put(request.root, request.bucket, request.body.path, description)
    return xml("CopyObjectResult", [("ETag", f'"{etag}"'), ("LastModified", iso(request.now))])


def check_md5(request: Request) -> None:
    """S3Error BadDigest when the client's Content-MD5 is of other bytes, InvalidDigest when it is none."""
    given = request.headers.get("content-md5")
    if given is None:
        return
    try:
        digest = base64.b64decode(given, validate=True).hex()
    except binascii.Error:
        digest = ""
    if len(digest) != 32:
        raise S3Error("InvalidDigest", "The Content-MD5 you specified was invalid.")
    if digest != request.body.md5:
        raise S3Error("BadDigest", "The Content-MD5 you specified did not match what we received.")


def kept_headers(request: Request) -> dict[str, str]:
    """The headers that belong to the object: its content's and the client's own."""
    return {k: v for k, v in request.headers.items() if k in _KEPT or k.startswith("x-amz-meta-")}


def existing(request: Request) -> Description | None:
    """What is held under the key."""
    try:
        return objects.describe(request.root, request.bucket, request.key)
    except S3Error:
        return None


def check_conditions(request: Request, held: Description | None) -> None:
    """S3Error PreconditionFailed or NotModified when what is held is another one than the client wants."""
    wanted, unwanted = request.headers.get("if-match"), request.headers.get("if-none-match")
    if wanted is not None and not _matches(wanted, held):
        raise S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold.")
    if unwanted is not None and _matches(unwanted, held):
        code = "NotModified" if request.method in ("GET", "HEAD") else "PreconditionFailed"
        raise S3Error(code, "At least one of the pre-conditions you specified did not hold.")


def _check_source(request: Request, source: Description) -> None:
    wanted = request.headers.get("x-amz-copy-source-if-match")
    unwanted = request.headers.get("x-amz-copy-source-if-none-match")
    if (wanted is not None and not _matches(wanted, source)) or (unwanted is not None and _matches(unwanted, source)):
        raise S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold.")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _matches(condition: str, held: Description | None) -> bool:
    tags = [tag.strip().strip('"') for tag in condition.split(",")]
    return held is not None and ("*" in tags or held.etag in tags)


def _range(header: str, size: int) -> tuple[int, int, bool]:
    """First byte, number of bytes, and whether it is a part. What is no single range is ignored, as HTTP allows."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not any(found.groups()):
        return 0, size, False
    first, last = found[1], found[2]
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or end < start:
        raise S3Error("InvalidRange", "The requested range is not satisfiable.")
    return start, end - start + 1, True
