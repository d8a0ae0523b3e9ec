"""Are the backups what they should be: scheduled, allowed in, young, verified, watched."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from components.dokku import watching
from operate.backups import schedule
from operate.backups.inventory import Inventory
from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.server.report import ServerReport
from operate.stack.outputs import Stack

# The check runs every 15 minutes; reading a big new dump whole takes it a while.
_SILENCE = timedelta(hours=1)
_KEPT = "and keeps: "


def on_the_server(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    """The schedule's line, the credentials that the server has, the timers, who is told."""
    spec = stack.backups
    line = " ".join(seen.words("schedule"))
    declared = f"{spec.schedule} dokku /usr/bin/dokku postgres:backup {stack.service} {spec.target}"
    if spec.paused:
        yield hint("schedule", "paused by the stack file: no dump is made", "backups.paused: false, and pulumi up")
        if line:
            yield drifted("schedule", f"the stack file says paused, the server has: {line}")
        return
    if spec.found and line != declared:
        told = f"the server has {line or 'none'}; the stack file says {spec.schedule} to {spec.target}"
        yield hint("schedule", told, "write in the stack file what is there; backups.found leaves it alone")
    elif line == declared:
        yield well("schedule", f"{schedule.words(spec.schedule)} UTC, to {spec.target}")
    else:
        yield drifted(
            "schedule", f"the server has {line or 'none'}; the stack file says {spec.schedule} to {spec.target}"
        )
    if spec.found:
        found = "dumps are made as they were before Petbase: nobody looks after them"
        yield hint("watch", found, "take backups.found out of the stack file, and pulumi up (docs/adopting.md)")
        return
    yield _bucket(stack, seen)
    yield from _watched(stack, seen)


def _bucket(stack: Stack, seen: ServerReport) -> Finding:
    """Whether the server's credentials read and write it. Whether another store than R2 would let go of what is written
    for a proof, nobody here knows, so there nothing is.
    """
    spec = stack.backups
    opens = f"{spec.bucket} opens with the server's credentials"
    if seen.value("bucket") != "opens":
        return drifted("bucket", f"does not open from the server: {seen.reason('bucket')}")
    if spec.store != "r2":
        return well("bucket", f"{opens}; that they write, each dump proves")
    if seen.value("takes") == "files":
        return well("bucket", f"{opens}, and takes what they write")
    if kept := seen.value("takes"):
        says = f"{opens}, but keeps petbase-{stack.service}.txt, the proof that they write"
        return hint(
            "bucket",
            f"{says}: {kept.removeprefix(_KEPT)}",
            "take the lock off that name; ours hold dumps and their copies only",
        )
    return bad("bucket", f"opens from the server, but takes nothing: {seen.reason('takes')}", "./petbase rotate-token")


def _watched(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    for kind, what in (("check", "every 15 minutes"), ("drill", stack.backups.drill)):
        if what == "never":
            yield hint(
                "timer drill", "backups.drill is never: no dump is ever restored to try it", "backups.drill: weekly"
            )
            continue
        state = seen.value(f"timer {kind}")
        if state is None:
            yield unknown(f"timer {kind}", "the server did not say")
        elif state != "active":
            yield drifted(f"timer {kind}", f"is {state or 'not there'}; {what} is declared")
        elif seen.value(f"last {kind}") == "failed":
            look = f"./petbase ssh journalctl --unit petbase-{kind}-{stack.service} --lines 30"
            yield bad(f"timer {kind}", f"its last run failed: {_problems(seen)}", look)
        elif kind == "check" and (age := _silence(seen)):
            restart = f"./petbase ssh systemctl restart petbase-check-{stack.service}.timer"
            yield bad("timer check", f"is active, but its last word is {age} old", restart)
        else:
            yield well(f"timer {kind}", f"active, {what}")
    if not seen.values("alert"):
        yield hint(
            "alert", "nobody is told when dumps stop", "pulumi config set --secret petbase:alertUrl URL, and pulumi up"
        )


def _silence(seen: ServerReport) -> str:
    """How old the check's last word is, where that is too old; nothing where there was none yet."""
    try:
        said = datetime.fromisoformat(str(seen.watch.get("at")))
    except ValueError:
        return ""
    return terminal.age(said, seen.now) if seen.now - said > _SILENCE else ""


def _problems(seen: ServerReport) -> str:
    found = seen.watch.get("problems")
    return "; ".join(map(str, found)) if isinstance(found, list) and found else "see its log"


def in_the_bucket(stack: Stack, shelf: Inventory, now: datetime, since: datetime | None = None) -> Iterator[Finding]:
    """The newest dump's age, and the newest that was restored to try it. Nothing is late that was due before `since`,
    when the watch began (check.sh judges so too).
    """
    spec = stack.backups
    begun = since or datetime.min.replace(tzinfo=UTC)
    yield _newest(stack, shelf, now, now - max(shelf.newest.made, begun) if shelf.newest else now - begun)
    if spec.found:
        return
    allowed = {"daily": 2, "weekly": 14, "monthly": 62}.get(spec.drill)
    late = timedelta(days=allowed, hours=1) if allowed and not spec.paused else None
    proof = shelf.verified
    if proof is None:
        none = "no dump was restored yet to try it" if shelf.newest else "none, since there is no dump"
        yield (hint if late and now - begun <= late else bad)("newest verified", none, "./petbase drill")
        return
    told = proof.evidence.at if proof.evidence else proof.made
    says = f"{proof.key}, restored {terminal.age(told, now)} ago"
    if late and now - max(told, begun) > late:
        yield bad("newest verified", f"{says}; {spec.drill} is declared", "./petbase drill")
    else:
        yield well("newest verified", says)


def _newest(stack: Stack, shelf: Inventory, now: datetime, age: timedelta) -> Finding:
    spec, newest = stack.backups, shelf.newest
    young = age <= timedelta(seconds=watching.max_age(spec.schedule))
    if newest is None:
        due = schedule.with_local_time(schedule.following(spec.schedule, now))
        if young:
            return hint(
                "newest dump", f"there is none yet in {spec.target}; the next is due on {due}", "./petbase backup"
            )
        return bad("newest dump", f"there is none in {spec.target}", "./petbase backup")
    if spec.paused or young:
        return well("newest dump", f"{terminal.age(newest.made, now)} old, {terminal.size(newest.size)}")
    due = schedule.with_local_time(schedule.following(spec.schedule, newest.made))
    says = f"{terminal.age(newest.made, now)} old; due was one on {due}"
    return bad("newest dump", says, "./petbase backup; if it fails it says why")
