"""Objects on disk, one file each: the bytes, then their description as JSON, then its length.

One file and one rename, so that an object is whole or absent whatever is killed when, and a reader that has opened it
keeps what it opened.
"""

import hashlib
import json
import os
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from sandbox.store import account
from sandbox.store.http.errors import S3Error
from sandbox.store.rules import aborts, expires, locked_by

MAX_KEY = 1024  # bytes, R2's limit
_MAX_FILE_NAME = 200
_LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class Description:
    """All that is known of an object but its bytes. `modified` is in seconds since 1970, `etag` without quotes."""

    key: str
    size: int
    etag: str
    modified: float
    headers: dict[str, str] = field(default_factory=dict)  # content-type, x-amz-meta-…


def path_of(root: Path, bucket: str, key: str) -> Path:
    """The object's file. S3Error InvalidObjectName for an empty key or one of more than 1024 bytes."""
    if not 0 < len(key.encode(errors="surrogateescape")) <= MAX_KEY or "\0" in key:
        raise S3Error("InvalidObjectName", "The specified object name is not valid.")
    name = quote(key, safe=" ()=@,+", errors="surrogateescape").replace(".", "%2E", 1 if key.startswith(".") else 0)
    if len(name) > _MAX_FILE_NAME:
        name = name[:_MAX_FILE_NAME] + "~" + hashlib.sha256(name.encode()).hexdigest()[:32]
    return account.bucket_dir(root, bucket) / "objects" / name


def put(root: Path, bucket: str, body: Path, description: Description) -> None:
    """Make the bytes in `body` the object; the file is used up. Asks no lock: see refuse_locked."""
    with body.open("ab") as file:
        text = json.dumps(asdict(description)).encode()
        file.write(text + _LENGTH.pack(len(text)))
    body.replace(path_of(root, bucket, description.key))


def read(root: Path, bucket: str, key: str) -> tuple[Description, BinaryIO]:
    """The object, opened at its first byte (only `size` bytes of the file are its own). S3Error NoSuchKey."""
    try:
        file = path_of(root, bucket, key).open("rb")
    except FileNotFoundError as error:
        raise S3Error("NoSuchKey", "The specified key does not exist.") from error
    description = _describe(file)
    file.seek(0)
    return description, file


def describe(root: Path, bucket: str, key: str) -> Description:
    """The object's description. S3Error NoSuchKey."""
    description, file = read(root, bucket, key)
    file.close()
    return description


def listing(root: Path, bucket: str) -> Iterator[Description]:
    """Every object of a bucket, in the order of its key's bytes."""
    found = []
    for path in (account.bucket_dir(root, bucket) / "objects").iterdir():
        try:
            with path.open("rb") as file:
                found.append(_describe(file))
        except FileNotFoundError:  # deleted meanwhile
            continue
    return iter(sorted(found, key=lambda one: one.key.encode(errors="surrogateescape")))


def refuse_locked(root: Path, bucket: str, key: str, now: float) -> None:
    """S3Error ObjectLockedByBucketPolicy when there is such an object and a lock rule holds it."""
    if not path_of(root, bucket, key).exists():
        return
    rule = locked_by(account.lock(root, bucket), key, describe(root, bucket, key).modified, now)
    if rule is not None:
        raise S3Error("ObjectLockedByBucketPolicy", f"The object is locked by the bucket policy (rule {rule}).")


def delete(root: Path, bucket: str, key: str, now: float) -> None:
    """Remove an object; an absent one is fine, a locked one is S3Error ObjectLockedByBucketPolicy."""
    refuse_locked(root, bucket, key, now)
    path_of(root, bucket, key).unlink(missing_ok=True)


def expire(root: Path, now: float) -> list[str]:
    """Apply every lifecycle rule as of `now`; the names "BUCKET/KEY" of what went. R2 takes up to a day for this."""
    gone = []
    for bucket in account.buckets(root):
        rules, locks = account.lifecycle(root, bucket), account.lock(root, bucket)
        for one in listing(root, bucket):
            due = expires(rules, one.key, one.modified, now)
            if due and locked_by(locks, one.key, one.modified, now) is None:
                path_of(root, bucket, one.key).unlink(missing_ok=True)
                gone.append(f"{bucket}/{one.key}")
        for upload in (account.bucket_dir(root, bucket) / "uploads").iterdir():
            held = account.read_json(upload / "upload.json", None)
            if held and aborts(rules, held["key"], held["started"], now):
                remove_upload(upload)
                gone.append(f"{bucket}/{held['key']}?uploadId={upload.name}")
    return gone


def remove_upload(directory: Path) -> None:
    """Forget a multipart upload and its parts."""
    (directory / "upload.json").unlink(missing_ok=True)
    for part in directory.iterdir():
        part.unlink(missing_ok=True)
    directory.rmdir()


def _describe(file: BinaryIO) -> Description:
    file.seek(-_LENGTH.size, os.SEEK_END)
    (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
    file.seek(-_LENGTH.size - length, os.SEEK_END)
    return Description(**json.loads(file.read(length)))
