"""An object of a store onto this machine: continued where an earlier try stopped, and checked when it is whole."""

import hashlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from operate.dumps.objects import Dump
from operate.dumps.store_errors import StoreError

_CHUNK = 1 << 20


def fetch(client: Any, bucket: str, dump: Dump, target: IO[bytes], seen: Callable[[int], None]) -> None:
    """As Store.fetch says."""
    # An ETag is the MD5 of what was sent in one piece; of a multipart upload it ends in -N and is none.
    digest, size = hashlib.md5(usedforsecurity=False), 0
    target.seek(0)
    while chunk := target.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        seen(len(chunk))
    for chunk in _chunks(client, bucket, dump, size):
        target.write(chunk)
        digest.update(chunk)
        size += len(chunk)
        seen(len(chunk))
    target.flush()
    if size != dump.size or ("-" not in dump.etag and digest.hexdigest() != dump.etag):
        target.seek(0)
        target.truncate()
        raise StoreError(f"{dump.key} arrived damaged: {size} of {dump.size} bytes, or other ones. Try again.")


def _chunks(client: Any, bucket: str, dump: Dump, start: int) -> Iterator[bytes]:
    """The object from byte `start` on. A connection that breaks is made again for as long as bytes come."""
    from botocore.exceptions import BotoCoreError

    at, began = start, -1
    while at < dump.size and at > began:
        began = at
        only = {"Range": f"bytes={at}-", "IfMatch": f'"{dump.etag}"'} if at else {}
        body = client.get_object(Bucket=bucket, Key=dump.key, **only)["Body"]
        try:
            for chunk in body.iter_chunks(_CHUNK):
                at += len(chunk)
                yield chunk
            return
        except BotoCoreError:
            if at == began:
                raise
