"""Copies of what a drill verified, under verified/, which no lifecycle rule touches.

So keep-days of silent failures leave the newest good dump where it is.
"""

from __future__ import annotations

from host.core.host import Host
from host.dumps.bucket import Bucket, BucketError, Dump
from host.dumps.retention import superfluous

_UNDER = "verified/"
_WHY = "newer ones count for its day, week and month"


def keep_copy(bucket: Bucket, dump: Dump) -> None:
    """Copy the dump; nothing to do where the same is there. What has its name may be something else."""
    if not any(_is_same(copy, dump) for copy in bucket.dumps(_UNDER)):
        bucket.copy(dump, f"{_UNDER}{dump.name}")


def remove_superfluous(host: Host, bucket: Bucket) -> None:
    """Remove copies that no day, week or month needs. What a lock holds stays, and is asked for again next time."""
    try:
        copies = bucket.dumps(_UNDER)
    except BucketError:
        return
    for name in superfluous({copy.name: copy.at for copy in copies}):
        try:
            bucket.delete(f"{_UNDER}{name}")
            host.step(f"{_UNDER}{name} goes; {_WHY}")
        except BucketError as problem:
            if "ObjectLocked" in problem.reason:
                host.step(f"{_UNDER}{name} is locked until later, so it is not removed yet ({_WHY})")
            else:
                host.step(f"{_UNDER}{name} stays: {problem.reason}")


def _is_same(copy: Dump, dump: Dump) -> bool:
    """The ETag of a copy is another one where either came in parts."""
    same_bytes = copy.name == dump.name and copy.bytes == dump.bytes
    return same_bytes and (copy.etag == dump.etag or "-" in copy.etag + dump.etag)
