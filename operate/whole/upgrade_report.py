"""What an upgrade will do and did, for people."""

from datetime import UTC, datetime

from components.dokku import shell
from host.loading.verdict import Verdict
from host.upgrade.report import UpgradeReport
from operate.core import terminal, times
from operate.whole.upgrade import Done, Upgrade

_CLOCKS_DIFFER_SECONDS = 60


def rows(job: Upgrade, seen: UpgradeReport) -> list[tuple[str, str]]:
    """What will happen, before it is agreed to."""
    found = [
        ("service", f"{job.stack.service} on {job.stack.name} ({job.stack.server.address})"),
        ("version", f"PostgreSQL {seen.running} becomes {job.version}"),
        (
            "meanwhile",
            "it can be read; writes wait, and fail when it changes over: copying takes about as long as a restore",
        ),
        ("then", "each linked app that is deployed restarts once; its DATABASE_URL stays as it is"),
    ]
    for user in seen.users:
        restarts = "restarts once" if user.linked and user.deployed else "not deployed"
        if not user.linked:
            restarts = "not linked, so restart it yourself"
        stranger = "" if user.stack == job.stack.name else f", of {user.stack or 'no stack'}"
        others = [key for key in user.variables if key != "DATABASE_URL"]
        more = f"; the address is in {', '.join(others)} too" if others else ""
        found.append((f"app {user.name}", f"{restarts}{stranger}{more}"))
    found.append(("old data", f"whole, in the stopped service {job.kept}, until --drop-old"))
    return found


def told(job: Upgrade, done: Done | None, key: str | None) -> None:
    """How it ended, and what is left to do."""
    rows = [("service", job.stack.service), ("version", f"PostgreSQL {job.version}")]
    if done and done.upgraded.fingerprint:
        found = done.upgraded
        rows.append(("compared", f"{found.rows:,} rows in {found.tables} tables, sequences, schema: the same"))
    if done:
        rows += duration_rows(done)
        rows += [("restarted", ", ".join(done.upgraded.restarted))] if done.upgraded.restarted else []
        rows += [(f"app {app}", f"did not start again: dokku logs {app}") for app in done.upgraded.failed]
    held = done.upgraded.held_back if done else ()
    rows += [(f"data of {one.name}", f"held back, only in {job.kept}: {one.error}") for one in held]
    rows.append(("old data", f"{job.kept}, stopped"))
    if key:
        rows.append(("dump", key))
    terminal.table(rows)
    terminal.note(
        f"To see that dumps of it are well: ./petbase backup && ./petbase drill, both with --stack {job.stack.name}"
    )
    for one in held:
        _how_to_bring_over(job, one)
    terminal.note(f"To be rid of the old data: ./petbase upgrade-database --drop-old --stack {job.stack.name}")


def _how_to_bring_over(job: Upgrade, one: Verdict) -> None:
    """A dump of the old service, once that is mended there, is restored like any other."""
    stack, old = job.stack.name, shell.line(job.kept)
    app = next((name for name, app in job.stack.apps.items() if app.schema in one.schemas), one.name)
    terminal.note(f"To bring over the data of {one.name} later: mend it in {job.kept}, then restore a dump of that:")
    terminal.note(f"  ./petbase ssh --stack {stack} dokku postgres:start {old}")
    terminal.note(f"  ./petbase ssh --stack {stack} dokku postgres:connect {old}")
    terminal.note(f"  ./petbase ssh --stack {stack} dokku postgres:export {old} >old.dump")
    terminal.note(f"  ./petbase restore --stack {stack} --file old.dump {shell.line('--app', app)}")
    terminal.note(f"  ./petbase ssh --stack {stack} dokku postgres:stop {old}")


def duration_rows(done: Done) -> list[tuple[str, str]]:
    """How long it took; of one that was cut off before, this run alone, and when the first one began."""
    began = datetime.fromtimestamp(done.upgraded.began, UTC)
    took = [("took", f"{done.seconds:.0f} s")]
    if (datetime.now(UTC) - began).total_seconds() > done.seconds + _CLOCKS_DIFFER_SECONDS:
        took.append(("begun", f"{times.with_local_time(began)}, by a run that was cut off"))
    return took
