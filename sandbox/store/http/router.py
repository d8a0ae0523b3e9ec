"""Which operation a request is, and whether its token may do it.

In this order: what R2 cannot do (501), who asks (403), which bucket (403, so that a token learns nothing about others),
reading or writing (403), and only then what is there (404).
"""

import re
from collections.abc import Callable, Mapping

from sandbox.store import account
from sandbox.store.http import on_buckets, on_objects, on_uploads
from sandbox.store.http.chunks import STREAMING
from sandbox.store.http.errors import S3Error
from sandbox.store.http.request import Request, Response

Operation = Callable[[Request], Response]

# Read against "S3 API compatibility" of R2: newer SDKs send these unless told `when_required`.
_CHECKSUM = re.compile(r"x-amz-(sdk-)?checksum-(algorithm|type|crc32|crc32c|crc64nvme|sha1|sha256)|x-amz-trailer")
_READS = (on_objects.get, on_buckets.list_objects, on_uploads.list_parts, on_uploads.list_uploads)
_DELETES = (on_objects.delete, on_buckets.delete_objects)
_SIGNING = re.compile(r"x-amz-.*|x-id", re.IGNORECASE)


def refuse_unsupported(headers: Mapping[str, str]) -> None:
    """S3Error NotImplemented for checksum headers and for aws-chunked bodies, but for signed ones (chunks.py)."""
    signed = headers.get("x-amz-content-sha256") == STREAMING
    for name, value in headers.items():
        streaming = name == "x-amz-content-sha256" and value.startswith("STREAMING-") and not signed
        chunked = name == "content-encoding" and "aws-chunked" in value and not signed
        if _CHECKSUM.fullmatch(name) or streaming or chunked:
            raise S3Error("NotImplemented", f"Header '{name}' with value '{value}' not implemented")


def answer(request: Request) -> Response:
    """Do what is asked, if this token may. S3Error otherwise."""
    if request.bucket != request.token.bucket:
        raise S3Error("AccessDenied", "Access Denied")
    operation = _object_operation(request) if request.key else _bucket_operation(request)
    if operation not in _READS and not request.token.write:
        raise S3Error("AccessDenied", "Access Denied")
    if operation in _DELETES and not request.token.delete:
        raise S3Error("AccessDenied", "Access Denied")
    if request.bucket not in account.buckets(request.root):
        raise S3Error("NoSuchBucket", "The specified bucket does not exist.")
    return operation(request)


def _bucket_operation(request: Request) -> Operation:
    """List and DeleteObjects; HeadBucket, CreateBucket, settings and the rest are not a bucket token's."""
    if request.method == "GET" and request.query.get("list-type") == "2":
        return on_buckets.list_objects
    if request.method == "GET" and "uploads" in request.query:
        return on_uploads.list_uploads
    if request.method == "POST" and "delete" in request.query:
        return on_buckets.delete_objects
    if request.method == "GET" and not _asks_for_a_setting(request):
        raise S3Error("NotImplemented", "ListObjects version 1 is not in this stand-in; use list-type=2")
    raise S3Error("AccessDenied", "Access Denied")


def _asks_for_a_setting(request: Request) -> bool:
    listing = {"prefix", "delimiter", "marker", "max-keys", "encoding-type"}
    return any(word not in listing and not _SIGNING.fullmatch(word) for word in request.query)


def _object_operation(request: Request) -> Operation:
    method, query = request.method, request.query
    copies = "x-amz-copy-source" in request.headers
    if "uploadId" in query or "uploads" in query:
        table: dict[str, Operation] = {"PUT": on_uploads.put_part, "GET": on_uploads.list_parts}
        table["POST"] = on_uploads.create if "uploads" in query else on_uploads.complete
        table["DELETE"] = on_uploads.abort
        if copies:
            raise S3Error("NotImplemented", "UploadPartCopy is not in this stand-in")
    else:
        put = on_objects.copy if copies else on_objects.put
        table = {"PUT": put, "GET": on_objects.get, "HEAD": on_objects.get, "DELETE": on_objects.delete}
        unknown = [word for word in query if not _SIGNING.fullmatch(word) and not word.startswith("response-")]
        if unknown:
            raise S3Error("NotImplemented", f"Parameter '{unknown[0]}' not implemented")
    if method not in table:
        raise S3Error("MethodNotAllowed", "The specified method is not allowed against this resource.")
    return table[method]
