"""What tests do to objects behind the store's back: no request, no signature, no lock.

A disk that lost a bit, an object that is older than the test, one that somebody with other rights left there.
"""

import hashlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from sandbox.store import account, objects
from sandbox.store.objects import Description


def plant(root: Path, bucket: str, key: str, content: bytes, modified: float) -> None:
    """An object as if it had been written at `modified` (seconds since 1970)."""
    etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
    _write(root, bucket, content, Description(key, len(content), etag, modified))


def content(root: Path, bucket: str, key: str) -> bytes:
    """The bytes of an object. S3Error NoSuchKey."""
    description, file = objects.read(root, bucket, key)
    with file:
        return file.read(description.size)


def flip(root: Path, bucket: str, key: str, at: int) -> None:
    """Turn over the bits of one byte, `at` counted from the end when negative; size, ETag and time stay."""
    held = bytearray(content(root, bucket, key))
    held[at] ^= 0xFF
    _write(root, bucket, bytes(held), objects.describe(root, bucket, key))


def truncate(root: Path, bucket: str, key: str, size: int) -> None:
    """Keep the first `size` bytes; the store then says this size, and the ETag of the whole."""
    short = content(root, bucket, key)[:size]
    _write(root, bucket, short, replace(objects.describe(root, bucket, key), size=len(short)))


def age(root: Path, bucket: str, seconds: float, prefix: str = "") -> list[str]:
    """Let every object under `prefix` have been written so much earlier; their keys. Names of keys do not change."""
    aged = [one for one in objects.listing(root, bucket) if one.key.startswith(prefix)]
    for one in aged:
        _write(root, bucket, content(root, bucket, one.key), replace(one, modified=one.modified - seconds))
    return [one.key for one in aged]


def _write(root: Path, bucket: str, held: bytes, description: Description) -> None:
    account.bucket_dir(root, bucket)  # a name that is none stops here
    handle, name = tempfile.mkstemp(dir=root / "incoming")
    with os.fdopen(handle, "wb") as file:
        file.write(held)
    objects.put(root, bucket, Path(name), description)
