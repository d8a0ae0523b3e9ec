"""Multipart uploads: create, part, list parts, list uploads, complete, abort.

Like R2, and unlike S3, all parts but the last must have the same size; at least 5 MiB either way.
"""

import hashlib
import json
import re
import secrets
import shutil
from pathlib import Path

from sandbox.store import account, objects
from sandbox.store.http.errors import S3Error
from sandbox.store.http.on_objects import check_conditions, check_md5, existing, kept_headers
from sandbox.store.http.request import Field, Request, Response, iso, parse, xml
from sandbox.store.objects import Description

SMALLEST = 5 * 1024 * 1024  # bytes
_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")


def create(request: Request) -> Response:
    """Open an upload; its headers become the object's."""
    upload = secrets.token_hex(16)
    objects.path_of(request.root, request.bucket, request.key)  # refuses a bad name now, not at the end
    held = {"key": request.key, "started": request.now, "headers": kept_headers(request)}
    account.write_json(account.bucket_dir(request.root, request.bucket) / "uploads" / upload / "upload.json", held)
    named: list[Field] = [("Bucket", request.bucket), ("Key", request.key), ("UploadId", upload)]
    return xml("InitiateMultipartUploadResult", named)


def put_part(request: Request) -> Response:
    """Keep one part, 1 to 10000; the same number again replaces it."""
    check_md5(request)
    directory, number = _directory(request), request.query.get("partNumber", "")
    if not number.isdecimal() or not 1 <= int(number) <= 10000:
        raise S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive.")
    name = directory / f"{int(number):05}"
    request.body.path.replace(name)
    held = {"etag": request.body.md5, "size": request.body.size, "modified": request.now}
    account.write_json(name.with_suffix(".json"), held)
    return Response(200, {"etag": f'"{request.body.md5}"'})


def list_parts(request: Request) -> Response:
    """The parts there are, all in one answer (at most 10000)."""
    fields: list[Field] = [
        ("Bucket", request.bucket),
        ("Key", request.key),
        ("UploadId", request.query["uploadId"]),
        ("IsTruncated", "false"),
    ]
    for file in sorted(_directory(request).glob("[0-9]*.json")):
        part = json.loads(file.read_text())
        inner: list[Field] = [("PartNumber", int(file.stem)), ("ETag", f'"{part["etag"]}"'), ("Size", part["size"])]
        fields.append(("Part", [*inner, ("LastModified", iso(part["modified"]))]))
    return xml("ListPartsResult", fields)


def list_uploads(request: Request) -> Response:
    """The uploads that were begun and not finished, all in one answer."""
    fields: list[Field] = [("Bucket", request.bucket), ("IsTruncated", "false")]
    folder = account.bucket_dir(request.root, request.bucket) / "uploads"
    for directory in sorted(folder.iterdir()):
        if held := account.read_json(directory / "upload.json", None):
            begun = iso(held["started"])
            fields.append(("Upload", [("Key", held["key"]), ("UploadId", directory.name), ("Initiated", begun)]))
    return xml("ListMultipartUploadsResult", fields)


def complete(request: Request) -> Response:
    """Join the named parts into the object; refused when the existing one is locked."""
    directory = _directory(request)
    parts = _parts(request, directory)
    objects.refuse_locked(request.root, request.bucket, request.key, request.now)
    check_conditions(request, existing(request))
    with request.body.path.open("wb") as whole:
        for name, _ in parts:
            with (directory / name).open("rb") as part:
                shutil.copyfileobj(part, whole)
        size = whole.tell()
    etag = hashlib.md5(b"".join(bytes.fromhex(etag) for _, etag in parts), usedforsecurity=False).hexdigest()
    etag = f"{etag}-{len(parts)}"
    headers = json.loads((directory / "upload.json").read_text())["headers"]
    description = Description(request.key, size, etag, request.now, headers)
    objects.put(request.root, request.bucket, request.body.path, description)
    objects.remove_upload(directory)
    named: list[Field] = [("Bucket", request.bucket), ("Key", request.key), ("ETag", f'"{etag}"')]
    return xml("CompleteMultipartUploadResult", named)


def abort(request: Request) -> Response:
    """Forget an upload and its parts."""
    objects.remove_upload(_directory(request))
    return Response(204)


def _directory(request: Request) -> Path:
    upload = request.query.get("uploadId", "")
    directory = account.bucket_dir(request.root, request.bucket) / "uploads" / upload
    held = account.read_json(directory / "upload.json", None) if _UPLOAD_ID.fullmatch(upload) else None
    if held is None or held["key"] != request.key:
        raise S3Error("NoSuchUpload", "The specified multipart upload does not exist.")
    return directory


def _parts(request: Request, directory: Path) -> list[tuple[str, str]]:
    """File name and ETag of each part the client named, in its order, checked against what is there."""
    asked = [(e.findtext("PartNumber") or "", e.findtext("ETag") or "") for e in parse(request.body).findall("Part")]
    if not asked or not all(number.isdecimal() for number, _ in asked):
        raise S3Error("MalformedXML", "The XML you provided was not well formed.")
    named = [(f"{int(number):05}", etag.strip('"')) for number, etag in asked]
    held = [account.read_json(directory / f"{name}.json", None) for name, _ in named]
    rising = [name for name, _ in named] == sorted({name for name, _ in named})
    if not rising or any(part is None or part["etag"] != etag for part, (_, etag) in zip(held, named, strict=True)):
        raise S3Error("InvalidPart", "One or more of the specified parts could not be found.")
    sizes = [part["size"] for part in held]
    if any(size < SMALLEST for size in sizes[:-1]):
        raise S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed object size.")
    if len(set(sizes[:-1])) > 1 or sizes[-1] > sizes[0]:
        raise S3Error("InvalidPart", "All non-trailing parts must have the same length.")
    return named
