"""The backups: cron's line, the bucket as the server itself opens it, the timers of check and drill, the last check."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from host.backup.write_probe import write_and_remove
from host.copy.copied import read_status
from host.copy.proof import read_proof
from host.copy.settings import find_settings
from host.core import files
from host.core.errors import HostError
from host.core.fact import Fact, fact
from host.core.host import Host
from host.dumps.bucket import Bucket, BucketError
from host.report.model.doctor import BucketReport, CopyReport, WriteProof


@dataclass(frozen=True)
class BucketQuestion:
    """Where the stack's dumps are. `proves`: write a small file there, to see that a dump could be written."""

    name: str
    prefix: str
    endpoint: str
    proves: bool


def report_bucket(host: Host, service: str, asked: BucketQuestion) -> BucketReport:
    """As the server itself opens the bucket, with what the plugin has.

    None of Petbase's locks holds the proof, so it goes again; `pulumi up` writes the same one.
    """
    bucket = Bucket(host, service, asked.name, asked.prefix, asked.endpoint)
    if problem := bucket.problem():
        return BucketReport(Fact(reason=problem), Fact(reason=problem) if asked.proves else None)
    with ThreadPoolExecutor(2) as pool:
        opens = pool.submit(fact, host, lambda: _opens(bucket))
        writes = pool.submit(fact, host, lambda: _writes(bucket)) if asked.proves else None
    return BucketReport(opens.result(), writes.result() if writes else None)


def report_copy(host: Host, service: str) -> CopyReport | None:
    """The second store, without asking it."""
    if find_settings(host, service) is None:
        return None
    return CopyReport(read_status(host, service), read_proof(host, service))


def _opens(bucket: Bucket) -> bool:
    try:
        bucket.dumps()
    except BucketError as problem:
        raise HostError(problem.reason) from None
    return True


def _writes(bucket: Bucket) -> WriteProof:
    try:
        return WriteProof(write_and_remove(bucket))
    except BucketError as problem:
        raise HostError(problem.reason) from None


def schedule(host: Host, service: str) -> Fact[str]:
    """Cron's line that makes dumps, as postgres:backup-schedule-cat prints it; "" for none."""
    file = host.path(f"/etc/cron.d/dokku-postgres-{service}")
    return fact(host, lambda: " ".join(files.read(file).split()))
