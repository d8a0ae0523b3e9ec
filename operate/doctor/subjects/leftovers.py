"""What runs that were cut off left on the server: half-made things, throw-away databases, data that was put aside."""

from collections.abc import Iterator
from datetime import UTC, datetime

from components.dokku import shell
from host.dokku.containers import Purpose, throw_away
from host.report.model.doctor import DoctorReport, DumpCopy, HalfMade, PartialDump
from host.restore.facts import OldService, SetAside
from host.restore.held_back import WAY_OUT, in_words
from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, unknown, well
from operate.stack.outputs import Stack

_DAY = 86_400
_WORKS_HERE = ("server", "app.", "link.", "settings.", "database.", "backup.", "files.", "scratch.", "services")
"""Locks of commands that leave things half made while they run."""
_SENT = "sent."
_CUT: dict[Purpose, str] = {
    "files": "a backup of files",
    "import": "an import",
    "source": "an import",
    "trial": "a test of the database's settings",
}


def findings(stack: Stack, report: DoctorReport) -> Iterator[Finding]:
    """Half-made things that no run is at work on now. What came for a restore is kept a day, to go on with."""
    if any(lock.startswith(_WORKS_HERE) for lock in report.busy):
        says = f"not looked for, since something is at work on the server: {', '.join(report.busy)}"
        yield hint("left over", says, "look again when it is done")
        return
    found = [*_half_made(stack.service, report), *_dumps(stack.service, report), *_scratch(report)]
    found += [_container(purpose, stack.service) for purpose in report.leftovers.containers]
    yield from found or [well("left over", "nothing unfinished")]
    yield from _unused(report)


def _half_made(service: str, report: DoctorReport) -> Iterator[Finding]:
    for left in report.leftovers.half_made:
        # Another service may be another stack's.
        if left.kind not in ("upgrade", "service") or left.name.split("-before-")[0] == service:
            yield _half_made_thing(left)


def _half_made_thing(left: HalfMade) -> Finding:
    match left.kind:
        case "app":
            return drifted(f"app {left.name}", "its making was cut off")
        case "rename":
            return drifted(f"app {left.name}", "its renaming was cut off before the old one went")
        case "restart":
            return drifted(f"app {left.name}", "was changed and not restarted, so it runs with its old settings")
        case "server":
            return drifted(left.name, "its installation or upgrade was cut off")
        case "service" if "-before-" not in left.name:
            return drifted(f"database {left.name}", "its making was cut off")
        case "service" | "upgrade":
            again = "run it again with the version that it was to have, as in: ./petbase upgrade-database 18.4"
            name = left.name.split("-before-")[0]
            return bad(f"database {name}", "its upgrade to another major was cut off", again)


def _dumps(service: str, report: DoctorReport) -> Iterator[Finding]:
    now = report.machine.now
    for part in report.leftovers.partial_dumps:
        if now - part.changed >= _DAY:
            yield _partial_dump(service, part)
    for copy in report.leftovers.dump_copies.value or ():
        if not copy.name.startswith(_SENT) or now - copy.changed >= _DAY:
            yield _dump_copy(service, copy)


def _partial_dump(service: str, part: PartialDump) -> Finding:
    file = f"/var/lib/petbase/services/{service}/restores/{part.name}.part"
    says = f"the beginning of a dump for a restore, {part.name}"
    return hint("left over", says, f"./petbase ssh {shell.line('rm', file)}")


def _dump_copy(service: str, copy: DumpCopy) -> Finding:
    """What a run that was cut off carried into the container, or what came there for a restore."""
    size = terminal.size(copy.bytes)
    if copy.name.startswith(_SENT):
        says = f"a dump that came for a restore, {size}, lies in the container; the next one drops it"
    else:
        says = f"a {copy.name} was cut off; its copy of the dump, {size}, lies in the container until the next one"
    remove = shell.line("docker", "exec", f"dokku.postgres.{service}", "rm", f"/tmp/petbase_{copy.name}")
    return hint("left over", says, f"./petbase ssh {remove}")


def _scratch(report: DoctorReport) -> Iterator[Finding]:
    postgres = report.database.postgres.value
    for name in postgres.scratch if postgres else ():
        drop = f"./petbase psql -c 'DROP DATABASE {name} WITH (FORCE)'"
        yield hint(f"database {name}", "a restore or a drill was cut off; the next one drops it", drop)


def _container(purpose: Purpose, service: str) -> Finding:
    """Docker keeps running a container whose client was killed."""
    name = throw_away(purpose, service)
    remove = shell.line("docker", "rm", "--force", "--volumes", name)
    return hint(f"container {name}", f"{_CUT[purpose]} was cut off; the next one removes it", f"./petbase ssh {remove}")


def _unused(report: DoctorReport) -> Iterator[Finding]:
    """Data that nothing uses and nothing drops by itself, as ./petbase kept lists it."""
    leftovers, now = report.leftovers, report.machine.now
    if leftovers.set_aside.value is None and report.database.postgres.known:
        yield unknown("set aside", leftovers.set_aside.reason)
    for one in leftovers.set_aside.value or ():
        yield _set_aside(one, now)
    for old in leftovers.old_services.value or ():
        yield from _old_service(old)


def _set_aside(one: SetAside, now: int) -> Finding:
    made = datetime.fromisoformat(one.since).replace(tzinfo=UTC)
    what = "what a restore replaced" if one.was_live else "what a restore made"
    age = terminal.age(made, datetime.fromtimestamp(now, UTC))
    drop = shell.line("./petbase", "drop-data", one.name)
    return hint(
        f"{one.kind} {one.name}", f"{what} {age} ago, {terminal.size(one.bytes)}", f"if you no longer need it: {drop}"
    )


def _old_service(old: OldService) -> Iterator[Finding]:
    for one in old.held_back:
        yield bad(f"app {one.name}", in_words(one, old.name), WAY_OUT)
    if old.held_back:
        return
    says = f"PostgreSQL {old.version} from before an upgrade, stopped, {terminal.size(old.bytes)}"
    yield hint(f"service {old.name}", says, "if you no longer need it: ./petbase upgrade-database --drop-old")
