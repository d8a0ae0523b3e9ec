"""Are the dumps young, and was one restored to try it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from components.config.values import cron
from host.watch.intervals import drill_limit
from operate.backups.inventory import Inventory
from operate.core import terminal, times
from operate.doctor.findings import Finding, bad, hint, well
from operate.stack.outputs import Stack

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def in_the_bucket(stack: Stack, shelf: Inventory, now: datetime, since: datetime | None = None) -> Iterator[Finding]:
    """The newest dump's age, and the newest that was restored to try it. Nothing is late that was due before `since`,
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
    """A dump that was restored to try it, and when."""

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
    """The newest dump that was restored to try it."""
    spec, about = stack.backups, "restore test"
    begun, allowed = since or _LONG_AGO, drill_limit(spec.drill)
    late = timedelta(seconds=allowed, hours=1) if allowed and not spec.paused else None
    if tested is None:
        none = "no dump was restored yet to try it" if has_dump else "none, since there is no dump"
        return (hint if late and now - begun <= late else bad)(about, none, "./petbase drill")
    says = f"{tested.dump}, restored {terminal.age(tested.at, now)} ago"
    if late and now - max(tested.at, begun) > late:
        return bad(about, f"{says}; {spec.drill} is declared", "./petbase drill")
    return well(about, says)
