"""Does a bucket take what its key writes? New credentials write something before they take the place of the old ones:
until then dumps go on with those. And the keys in use do so once a day, since the next dump may be a week away.
"""

import re
from contextlib import suppress
from dataclasses import dataclass

from host.core.errors import HostError
from host.dumps.bucket import LOCKED, Bucket, BucketError

UNREACHED = re.compile("Could not connect to the endpoint|Connect timeout on endpoint")
# A token that was made this minute "may take up to a minute to have permissions reflected globally" (R2's consistency
# model). A store that is not reached is asked less often: each try may take a minute to say so.
_TRIES, _TRIES_UNREACHED = 25, 10
_PAUSE_SECONDS = 3
_DAY_SECONDS = 86_400


def require_writes(bucket: Bucket, *, replaces: bool) -> None:
    """HostError where the bucket takes nothing. `replaces`: there are credentials that work until now.

    What answers and refuses is always an error. A store that cannot be reached is one only where it would cost the
    earlier credentials; else the rest is set up, and a line says so.
    """
    host, tries, reason = bucket.host, 0, ""
    while tries < (_TRIES_UNREACHED if UNREACHED.search(reason) else _TRIES):
        if tries:
            host.sleep(_PAUSE_SECONDS)
        try:
            write_and_remove(bucket)
        except BucketError as problem:
            tries, reason = tries + 1, problem.reason
        else:
            return
    if UNREACHED.search(reason) and not replaces:
        host.step(
            f"{bucket.service}: the store at {bucket.endpoint} is not reached from here ({reason}). No dump arrives "
            "until it is; try then: ./petbase backup"
        )
        return
    raise HostError(
        f"the store at {bucket.endpoint} takes nothing for {bucket.url('').removeprefix('s3://').rstrip('/')} "
        f"({reason}); the earlier credentials, if any, were left as they were"
    )


def write_and_remove(bucket: Bucket) -> str:
    """Write a small file to the bucket; BucketError where that is refused.

    It is removed again, since a bucket that holds anything cannot be removed. Why that was refused, or "".
    """
    _write(bucket)
    try:
        bucket.delete(_name(bucket))
    except BucketError as problem:
        return problem.reason
    return ""


def daily_refusal(bucket: Bucket, note: str) -> str:
    """Why the bucket takes nothing; "" where it does, which is tried once a day, and again until it does.

    The same small file each time, and it stays: a key of the second store may be unable to delete it. Where a lock
    holds it, the store has accepted the key.
    """
    host, now = bucket.host, int(bucket.host.now())
    known, place = host.state.load(_Written, note), f"{bucket.endpoint} {bucket.url('')}"
    if known and known.place == place and 0 <= now - known.at < _DAY_SECONDS:
        return ""
    try:
        _write(bucket)
    except BucketError as problem:
        if LOCKED not in problem.reason:
            return problem.reason
    # On a full disk it is tried again next time.
    with suppress(OSError):
        host.state.save(note, _Written(place, now))
    return ""


@dataclass(frozen=True)
class _Written:
    """`at` is in seconds of the epoch."""

    place: str
    at: int


def _write(bucket: Bucket) -> None:
    bucket.put_small(_name(bucket), f"The stack {bucket.host.stack} may write here.\n", "text/plain")


def _name(bucket: Bucket) -> str:
    return f"petbase-{bucket.service}.txt"
