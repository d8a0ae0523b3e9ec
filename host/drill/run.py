"""The drill's command: what cannot be done has failed; that leaves evidence too, and is an alarm."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import KW_ONLY, asdict, dataclass, replace
from datetime import datetime, timezone

from host.core.command import NONE, Command
from host.core.errors import HostError
from host.core.host import Host, scratch_lock
from host.drill.evidence import Evidence, keep_here, keep_in_bucket
from host.drill.rehearsal import Rehearsal
from host.drill.retention import superfluous
from host.dumps.bucket import LOCKED, Bucket, BucketError
from host.dumps.dump import VERIFIED, Dump
from host.watch import alarm
from host.watch.baseline import Baseline, read_baseline, write_baseline
from host.watch.settings import folder, read_settings

_WHY = "newer ones count for its day, week and month"


@dataclass(frozen=True)
class RunDrill(Command, noun="drill", verb="run", timed=("drill",)):
    """Restore the newest dump for practice: whole, into a database to throw away, compared with what the dump says."""

    service: str
    _: KW_ONLY
    accept_smaller: bool = False
    """Take a dump that holds much less than the one before for what it should be."""
    stdin = NONE

    # Without `lock=`, which is taken here: a full disk must be told, not stop the drill.
    def run(self, host: Host) -> None:
        """HostError, for the unit to fail, with the reason."""
        settings = read_settings(host, self.service)
        if settings.found:
            raise HostError(
                f"the dumps of {self.service} are not made by Petbase, so none is test-restored; nothing was "
                "done. Take backups.found out of the stack file and run pulumi up (docs/adopting.md)"
            )
        try:
            evidence = drill(settings.open(host, self.service), accept_smaller=self.accept_smaller)
        except DrillError as failed:
            host.out.result(asdict(failed.evidence))
            raise
        host.out.result(asdict(evidence))


class DrillError(HostError):
    """The newest dump does not restore; `evidence` is what was learned until then."""

    def __init__(self, text: str, evidence: Evidence) -> None:
        super().__init__(text)
        self.evidence = evidence


def drill(bucket: Bucket, *, accept_smaller: bool = False) -> Evidence:
    """Restore the newest dump of this bucket for practice. DrillError with the reason where it does not."""
    host, service = bucket.host, bucket.service
    # A restore makes the same throw-away databases.
    with host.lock(scratch_lock(service)):
        at = datetime.fromtimestamp(host.now(), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        rehearsal = Rehearsal(host, bucket, Evidence(service, at))
        try:
            return _succeed(rehearsal, accept_smaller=accept_smaller)
        except (HostError, OSError) as problem:
            raise _fail(rehearsal, problem) from None


def _succeed(rehearsal: Rehearsal, *, accept_smaller: bool) -> Evidence:
    host, bucket = rehearsal.host, rehearsal.bucket
    dump = rehearsal.run()
    rehearsal.carried.remove()
    with _but("it was verified, but not copied to verified/: "):
        keep_copy(bucket, dump)
    evidence = replace(rehearsal.finished(), ok=True)
    with _but("it was verified, but its evidence was not kept: "):
        keep_in_bucket(bucket, evidence, keep_here(host, evidence))
    host.state.write(f"{folder(rehearsal.service)}/drilled", at=int(host.now()), dump=dump.name)
    host.state.remove(f"{folder(rehearsal.service)}/drill-failed")
    host.step(f"{dump.name}: restored without errors")
    if not _is_suspicious(host, dump, evidence, accept_smaller=accept_smaller):
        remove_superfluous(host, bucket)
    return evidence


def _is_suspicious(host: Host, dump: Dump, evidence: Evidence, *, accept_smaller: bool) -> bool:
    """Whether it holds much less than the one before: then no older copy goes, and the check tells of it."""
    note, before = f"{folder(evidence.service)}/shrunk", read_baseline(host, evidence.service)
    why = before and (before.shrunk_bytes(dump) or before.shrunk_rows(dump.name, evidence.rows))
    if why and not accept_smaller:
        host.state.write(note, text=why)
        host.step(why)
        return True
    write_baseline(host, evidence.service, Baseline(dump.name, dump.bytes, evidence.rows))
    host.state.remove(note)
    return False


def _fail(rehearsal: Rehearsal, problem: Exception) -> DrillError:
    host, service = rehearsal.host, rehearsal.service
    error = host.out.masked(str(problem))
    with suppress(HostError):
        rehearsal.clean_up()
    evidence = replace(rehearsal.finished(), error=error)
    _keep_evidence_of_failure(rehearsal, evidence)
    name = rehearsal.dump.name if rehearsal.dump else ""
    text = f"the drill of {name or 'the newest dump'} failed: {error}"
    with suppress(OSError):
        host.state.write(f"{folder(service)}/drill-failed", dump=name, text=text)
    alarm.tell(host, service, f"{service}: {text}\n", failing=True)
    return DrillError(text, evidence)


def _keep_evidence_of_failure(rehearsal: Rehearsal, evidence: Evidence) -> None:
    try:
        keep_in_bucket(rehearsal.bucket, evidence, keep_here(rehearsal.host, evidence))
    except BucketError as problem:
        rehearsal.host.step(f"the evidence stays on the server: {problem.reason}")
    except OSError as problem:
        rehearsal.host.step(f"the evidence was not kept: {problem}")


@contextmanager
def _but(what: str) -> Iterator[None]:
    try:
        yield
    except (BucketError, OSError) as problem:
        raise HostError(f"{what}{getattr(problem, 'reason', problem)}") from None


def keep_copy(bucket: Bucket, dump: Dump) -> None:
    """Copy the dump; nothing to do where the same is there. What has its name may be something else."""
    if not any(_is_same(copy, dump) for copy in bucket.dumps(VERIFIED)):
        bucket.copy(dump, f"{VERIFIED}{dump.name}")


def remove_superfluous(host: Host, bucket: Bucket) -> None:
    """Remove copies that no day, week or month needs. What a lock holds stays, and is asked for again next time."""
    try:
        copies = bucket.dumps(VERIFIED)
    except BucketError:
        return
    for name in superfluous({copy.name: copy.at for copy in copies}):
        try:
            bucket.delete(f"{VERIFIED}{name}")
            host.step(f"{VERIFIED}{name} goes; {_WHY}")
        except BucketError as problem:
            if LOCKED in problem.reason:
                host.step(f"{VERIFIED}{name} is locked until later, so it is not removed yet ({_WHY})")
            else:
                host.step(f"{VERIFIED}{name} stays: {problem.reason}")


def _is_same(copy: Dump, dump: Dump) -> bool:
    """The ETag of a copy is another one where either came in parts."""
    same_bytes = copy.name == dump.name and copy.bytes == dump.bytes
    return same_bytes and (copy.etag == dump.etag or "-" in copy.etag + dump.etag)
