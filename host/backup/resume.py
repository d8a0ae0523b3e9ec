"""The end of a pause, or a new place for the dumps: they may expire only when there is a new one that restores."""

from collections.abc import Iterator
from contextlib import contextmanager

from host.core.host import Host
from host.database.create import count_tables
from host.drill.run import drill
from host.dumps.bucket import Bucket, BucketError
from host.dumps.make import MakeDump

_OLD_SECONDS = 86_400


def note_pause(host: Host, service: str) -> None:
    """Write down that none is made."""
    if not host.state.exists(_note(service)):
        host.state.write(_note(service), since=int(host.now()))


@contextmanager
def settling(bucket: Bucket, *, moved: bool) -> Iterator[None]:
    """Settle at a new place for the dumps, or again at an old one. What lies there may have been kept without an end,
    and its rules come when this command is done: where all of it is old, a new dump comes first, as after a pause.
    """
    state, note = bucket.host.state, f"services/{bucket.service}/place"
    moved = moved or state.exists(note)
    if moved:
        state.write(note, settled=False)
    yield
    if moved:
        if _is_stale(bucket):
            note_pause(bucket.host, bucket.service)
        state.remove(note)


def _is_stale(bucket: Bucket) -> bool:
    """Whether the place of the dumps has old ones only, and the database something to dump.

    One that is empty, as on a new server, makes no dump that a restore would take for the newest.
    """
    try:
        dumps = bucket.dumps()
    except BucketError:
        return False  # told, or refused, by whoever writes there
    old = bool(dumps) and bucket.host.now() - dumps[-1].at.timestamp() > _OLD_SECONDS
    return old and count_tables(bucket.host, bucket.service) > 0


def resume(bucket: Bucket, target: str) -> None:
    """Make a dump and restore it for practice. Nothing to do where there was no pause, or an earlier run did it.

    HostError where it fails: then the bucket's rules stay as they are, and the next run tries again.
    """
    host, service = bucket.host, bucket.service
    if not host.state.exists(_note(service)):
        return
    host.step(f"{service}: the dumps there are old; a new one is made and test-restored before they may expire")
    MakeDump(service, target).run(host)
    # Not by the watch's settings: they come later, and may still be of another bucket, or none.
    drill(bucket)
    host.state.remove(_note(service))


def _note(service: str) -> str:
    return f"services/{service}/paused"
