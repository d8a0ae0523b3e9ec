"""Are the verified dumps in the second store too, and can the key that the server has destroy them there?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from host.copy.proof import Proof
from host.report.model.doctor import DoctorReport
from operate.backups import second_store
from operate.backups.inventory import DumpRecord, Inventory
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.stack.outputs import Stack

_COPIED_WITHIN = timedelta(minutes=90)
_AGAIN = "./petbase copy"
_GUARD = "a lock on that bucket, or a key that cannot delete: docs/thieves.md; then ./petbase doctor --repair"


def on_the_server(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """How the last hourly copy ended, and what its key was seen to destroy."""
    copy = report.backups.copy
    if stack.copy is None or stack.backups.paused:
        return
    if copy is None:
        yield drifted("second store", "the server does not know it")
        return
    if copy.status and copy.status.problem:
        yield bad("second store", f"not every verified dump is there: {copy.status.problem}", _AGAIN)
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


def in_the_store(
    stack: Stack, bucket: Inventory | PetbaseError, copy: Inventory | PetbaseError, now: datetime
) -> Iterator[Finding]:
    """Whether the newest verified dump is there, as seen from here; and whether anything removes old ones."""
    if isinstance(copy, PetbaseError):
        yield unknown("second store", str(copy))
        return
    spec, names = stack.at_copy().backups, {one.name for one in copy.dumps}
    verified = None if isinstance(bucket, PetbaseError) else bucket.verified
    if verified and verified.name not in names and _is_due(verified, now):
        yield well("second store", f"{verified.name} was just verified, and goes to {spec.target} within the hour")
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
