"""Are the dumps young, was one test-restored, and are the verified ones in the second store, out of reach?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from components.config.values import cron
from host.copy.proof import Proof
from host.report.model.doctor import DoctorReport
from host.watch.limits import drill_limit
from operate.backups import second_store
from operate.backups.inventory import DumpRecord, Inventory
from operate.core import terminal, times
from operate.core.errors import PetbaseError
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.stack.outputs import Stack

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_COPIED_WITHIN = timedelta(minutes=90)
_AGAIN = "./petbase copy"
_GUARD = "a lock on that bucket, or a key that cannot delete: docs/thieves.md; then ./petbase doctor --repair"


def in_the_bucket(stack: Stack, shelf: Inventory, now: datetime, since: datetime | None = None) -> Iterator[Finding]:
    """The newest dump's age, and the newest that was test-restored. Nothing is late that was due before `since`,
    when the watch began (host/check judges so too).
    """
    found, proof = shelf.newest, shelf.verified
    if found and found.failure:
        says = f"{found.key} does not restore: {found.failure}"
        yield bad("newest dump", says, "./petbase backup, then ./petbase drill")
    else:
        yield newest(stack, found, now, since)
    if not stack.backups.found:
        tested = Tested(proof.key, proof.evidence.at if proof.evidence else proof.made) if proof else None
        yield restore_test(stack, tested, now, since, has_dump=found is not None)


class Newest(Protocol):
    """A dump, however it was found. `size` is bytes."""

    @property
    def key(self) -> str: ...
    @property
    def made(self) -> datetime: ...
    @property
    def size(self) -> int: ...


@dataclass(frozen=True)
class Tested:
    """A dump that was test-restored, and when."""

    dump: str
    at: datetime


def newest(stack: Stack, found: Newest | None, now: datetime, since: datetime | None = None) -> Finding:
    """The newest dump's age."""
    spec, about = stack.backups, "newest dump"
    begun = since or _LONG_AGO
    young = now - max(found.made if found else begun, begun) <= timedelta(seconds=cron.max_age(spec.schedule))
    if found is None:
        due = times.with_local_time(cron.next_run(spec.schedule, now))
        if young:
            return hint(about, f"there is none yet in {spec.target}; the next is due on {due}", "./petbase backup")
        return bad(about, f"there is none in {spec.target}", "./petbase backup")
    if spec.paused or young:
        return well(about, f"{terminal.age(found.made, now)} old, {terminal.size(found.size)}")
    due = times.with_local_time(cron.next_run(spec.schedule, found.made))
    says = f"{terminal.age(found.made, now)} old; due was one on {due}"
    return bad(about, says, "./petbase backup; if it fails it says why")


def restore_test(
    stack: Stack, tested: Tested | None, now: datetime, since: datetime | None = None, *, has_dump: bool = True
) -> Finding:
    """The newest dump that was test-restored."""
    spec, about = stack.backups, "restore test"
    begun, allowed = since or _LONG_AGO, drill_limit(spec.drill)
    late = timedelta(seconds=allowed, hours=1) if allowed and not spec.paused else None
    if tested is None:
        none = "no dump has been test-restored yet" if has_dump else "none, since there is no dump"
        return (hint if late and now - begun <= late else bad)(about, none, "./petbase drill")
    says = f"{tested.dump}, restored {terminal.age(tested.at, now)} ago"
    if late and now - max(tested.at, begun) > late:
        return bad(about, f"{says}; {spec.drill} is declared", "./petbase drill")
    return well(about, says)


def copy_on_the_server(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """How the last hourly copy ended, and what its key was seen to destroy."""
    copy = report.backups.copy
    if stack.copy is None or stack.backups.paused:
        return
    if copy is None:
        yield drifted("second store", "the server does not know it")
        return
    if copy.status and copy.status.problem:
        yield bad("second store", f"verified dumps do not all get there: {copy.status.problem}", _AGAIN)
    if copy.proof is None:
        says = "could not be reached when it was set up, so what its key can delete is not known"
        yield hint("second store", says, "./petbase doctor --repair")
    elif rights := _rights(copy.proof):
        yield hint("second store", f"its key, which the server has, can {rights} what lies there", _GUARD)


def _rights(proof: Proof) -> str:
    return " and ".join(word for word, can in (("delete", proof.deletes), ("overwrite", proof.overwrites)) if can)


def _is_due(verified: DumpRecord, now: datetime) -> bool:
    """The copy runs once an hour."""
    return verified.evidence is not None and now - verified.evidence.at < _COPIED_WITHIN


def in_the_second_store(
    stack: Stack, bucket: Inventory | PetbaseError, copy: Inventory | PetbaseError, now: datetime
) -> Iterator[Finding]:
    """Whether the newest verified dump is there, as seen from here; and whether anything removes old ones."""
    if isinstance(copy, PetbaseError):
        yield unknown("second store", str(copy))
        return
    spec, names = stack.at_copy().backups, {one.name for one in copy.dumps}
    verified = None if isinstance(bucket, PetbaseError) else bucket.verified
    if verified and verified.name not in names and _is_due(verified, now):
        yield well("second store", f"{verified.name} was just verified, and is copied to {spec.target} within the hour")
    elif verified and verified.name not in names:
        yield bad("second store", f"{verified.name}, the newest verified dump, is not in {spec.target}", _AGAIN)
    elif not copy.dumps:
        yield hint("second store", f"there is no copy yet in {spec.target}", f"./petbase drill, then {_AGAIN}")
    else:
        newest = copy.dumps[0]
        yield well("second store", f"{newest.name}, {terminal.age(newest.made, now)} old, is in {spec.target}")
    if old := second_store.overdue(spec, copy, now):
        says = f"dumps in {spec.target} that are older than keep-days, {spec.keep_days}: {old}"
        yield hint("second store", says, "a lifecycle rule there: docs/thieves.md; Petbase deletes nothing there")
