"""What cut or older work left on the server: half-made things, throw-away databases, data that was put aside."""

from collections.abc import Iterator

from components.dokku import shell
from operate.core import terminal
from operate.doctor.findings import Finding, bad, drifted, hint, well
from operate.schemas import set_aside
from operate.server.report import ServerReport
from operate.stack.outputs import Stack

_DAY = 86_400
_CUT = {
    "was": ("app {name}", "its renaming was cut off before the old one went"),
    "restarts": ("app {name}", "was changed and not restarted, so it runs with its old settings"),
    "installing": ("Dokku", "its installation was cut off"),
}
"""What every command run again makes up for."""


def findings(stack: Stack, seen: ServerReport) -> Iterator[Finding]:
    """Half-made things that no run is at work on now. What came for a restore is kept a day, to go on with."""
    if seen.busy("host", "app.", "link.", "settings.", "database.", "backup.", "scratch.", "services"):
        yield hint(
            "left over",
            f"not asked, since something is at work on the server: {', '.join(seen.values('busy'))}",
            "ask again when it is done",
        )
        return
    found = False
    for left in seen.values("left"):
        kind, *rest = left.split()
        name = rest[0] if rest else ""
        sent = kind == "restores" or (kind == "copy" and name.startswith("sent."))
        if sent and int(seen.now.timestamp()) - int(rest[-1]) < _DAY:
            continue
        found = True
        yield _copy(stack.service, name, int(rest[1])) if kind == "copy" else _left_over(stack.service, kind, name)
    if not found:
        yield well("left over", "nothing half made")
    yield from _aside(seen)


def _left_over(service: str, kind: str, name: str) -> Finding:
    if kind in _CUT:
        about, says = _CUT[kind]
        return drifted(about.format(name=name), says)
    if kind == "upgrade" or kind.startswith(f"services/{service}-before-"):
        again = "run it again with the version that it was to have, as in: ./petbase upgrade-database 18.4"
        return bad(f"database {service}", "its upgrade to another major was cut off", again)
    if kind == "database":
        drop = f"./petbase psql -c 'DROP DATABASE {name} WITH (FORCE)'"
        return hint(f"database {name}", "a restore or a drill was cut off; the next one drops it", drop)
    if kind == "restores":
        remove = f"./petbase ssh rm -r /var/lib/petbase/restores/{service}/{name}"
        return hint("left over", f"the beginning of a dump for a restore, {name}", remove)
    return drifted(kind, "its making was cut off")


def _copy(service: str, name: str, size: int) -> Finding:
    """A dump in the container: what a run that was cut off carried there, or what came for a restore."""
    says = (
        f"a {name} was cut off; its copy of the dump, {terminal.size(size)}, lies in the container until the next one"
    )
    if name.startswith("sent."):
        says = f"a dump that came for a restore, {terminal.size(size)}, lies in the container; the next one drops it"
    return hint("left over", says, f"./petbase ssh docker exec dokku.postgres.{service} rm /tmp/petbase_{name}")


def _aside(seen: ServerReport) -> Iterator[Finding]:
    """Data that nobody uses and nothing drops by itself, as ./petbase kept lists it."""
    for one in set_aside.aside(seen):
        what = "what a restore replaced" if one.before else "what a restore made"
        says = f"{what} {terminal.age(one.since, seen.now)} ago, {terminal.size(one.size)}"
        drop = shell.line("./petbase", "drop-data", one.name)
        yield hint(f"{one.kind} {one.name}", says, f"if it may go: {drop}")
    for old in set_aside.old(seen):
        says = f"PostgreSQL {old.version} of before an upgrade, stopped, {terminal.size(old.size)}"
        yield hint(f"service {old.name}", says, "if it may go: ./petbase upgrade-database --drop-old")
