"""The end of a pause: dumps may expire again only when there is a new one that restores."""

from host.core.host import Host
from host.drill.run import drill
from host.dumps.bucket import Bucket
from host.dumps.make import MakeDump


def note_pause(host: Host, service: str) -> None:
    """Write down that none is made."""
    if not host.state.exists(_note(service)):
        host.state.write(_note(service), since=int(host.now()))


def resume(bucket: Bucket, target: str) -> None:
    """Make a dump and restore it for practice. Nothing to do where there was no pause, or an earlier run did it.

    HostError where it fails: then the bucket's rules stay as they are, and the next run tries again.
    """
    host, service = bucket.host, bucket.service
    if not host.state.exists(_note(service)):
        return
    host.step(f"{service}: backups were paused; a dump is made and test-restored before older ones may expire")
    MakeDump(service, target).run(host)
    # Not by the watch's settings: they come later, and may still be of another bucket, or none.
    drill(bucket)
    host.state.remove(_note(service))


def _note(service: str) -> str:
    return f"services/{service}/paused"
