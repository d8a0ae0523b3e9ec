"""ListObjectsV2 and DeleteObjects: all that a bucket-scoped token may do to a bucket as such."""

import base64
import binascii
from urllib.parse import quote

from sandbox.store import objects
from sandbox.store.http.errors import S3Error
from sandbox.store.http.on_objects import check_md5
from sandbox.store.http.request import Field, Request, Response, iso, parse, xml
from sandbox.store.objects import Description

MOST = 1000  # keys in one answer or one DeleteObjects


def list_objects(request: Request) -> Response:
    """One page of a bucket's keys in byte order; keys that share a prefix up to the delimiter count as one."""
    query = request.query
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    limit = _limit(query.get("max-keys", str(MOST)))
    after = _decode(query["continuation-token"]) if "continuation-token" in query else query.get("start-after", "")
    held: list[Field] = []
    groups: list[str] = []
    last, truncated = "", False
    for one in objects.listing(request.root, request.bucket):
        group = _group(one.key, prefix, delimiter)
        mark = group or one.key
        if not one.key.startswith(prefix) or mark <= after or one.key <= after or group in groups:
            continue
        if len(held) + len(groups) == limit:
            truncated = True
            break
        last = mark
        if group:
            groups.append(group)
        else:
            held.append(_entry(one, query.get("encoding-type") == "url"))
    return _page(request, held, groups, limit, _encode(last) if truncated and limit else "")


def delete_objects(request: Request) -> Response:
    """Remove up to a thousand objects; each locked one is an Error in a 200, as S3 does it."""
    check_md5(request)
    if "content-md5" not in request.headers:
        raise S3Error("InvalidRequest", "Missing required header for this request: Content-MD5")
    document = parse(request.body)
    keys = [element.findtext("Key") or "" for element in document.findall("Object")]
    if not 0 < len(keys) <= MOST:
        raise S3Error("MalformedXML", "The XML you provided was not well formed.")
    done: list[Field] = []
    for key in keys:
        try:
            objects.delete(request.root, request.bucket, key, request.now)
            if document.findtext("Quiet") != "true":
                done.append(("Deleted", [("Key", key)]))
        except S3Error as error:
            done.append(("Error", [("Key", key), ("Code", error.code), ("Message", error.message)]))
    return xml("DeleteResult", done)


def _page(request: Request, held: list[Field], groups: list[str], limit: int, following: str) -> Response:
    query, url = request.query, request.query.get("encoding-type") == "url"
    fields: list[Field] = [
        ("Name", request.bucket),
        ("Prefix", _key(query.get("prefix", ""), url)),
        ("MaxKeys", limit),
        ("KeyCount", len(held) + len(groups)),
        ("IsTruncated", "true" if following else "false"),
    ]
    given = (("Delimiter", "delimiter"), ("StartAfter", "start-after"), ("EncodingType", "encoding-type"))
    fields += [(name, _key(query[word], url)) for name, word in given if word in query]
    if "continuation-token" in query:
        fields.append(("ContinuationToken", query["continuation-token"]))
    if following:
        fields.append(("NextContinuationToken", following))
    fields += held
    fields += [("CommonPrefixes", [("Prefix", _key(group, url))]) for group in groups]
    return xml("ListBucketResult", fields)


def _entry(one: Description, url: bool) -> Field:
    inner: list[Field] = [("Key", _key(one.key, url)), ("LastModified", iso(one.modified))]
    return ("Contents", [*inner, ("ETag", f'"{one.etag}"'), ("Size", one.size), ("StorageClass", "STANDARD")])


def _group(key: str, prefix: str, delimiter: str) -> str:
    at = key.find(delimiter, len(prefix)) if delimiter and key.startswith(prefix) else -1
    return "" if at < 0 else key[: at + len(delimiter)]


def _key(text: str, url: bool) -> str:
    return quote(text, safe="/") if url else text


def _limit(text: str) -> int:
    if not text.isdecimal():
        raise S3Error("InvalidArgument", f"max-keys must be a number from 0 to {MOST}.")
    return min(int(text), MOST)


def _encode(mark: str) -> str:
    return base64.urlsafe_b64encode(mark.encode()).decode()


def _decode(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise S3Error("InvalidArgument", "The continuation token provided is incorrect.") from error
