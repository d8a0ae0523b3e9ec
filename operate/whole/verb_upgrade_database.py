"""`./petbase upgrade-database`: a new major of PostgreSQL, with everything that is in the old one."""

from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import confirm, options, terminal, times
from operate.core.errors import RefusedError

_CLOCKS_DIFFER_SECONDS = 60

if TYPE_CHECKING:
    from operate.server.ssh import Connection
    from operate.stack.outputs import Stack
    from operate.whole.upgrade import Done, Upgrade

GROUP = "Server"


def upgrade_database(
    version: Annotated[
        str | None,
        typer.Argument(help="The new version, like 18.4. Default: the version of a new database.", metavar="[VERSION]"),
    ] = None,
    *,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="Delete the data of an earlier upgrade's old service.")
    ] = False,
    safety_dump: options.SafetyDump = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Upgrade the database to another PostgreSQL major.

    A dump is made and read back. A new service is created beside the old one, gets roles, settings and data, and is
    compared: schema, rows, sequences. Then the two services swap their data. Name, passwords, links and schedule stay
    the same, so no DATABASE_URL changes; each app restarts once. The new version is written into the stack file.

    Writes wait from the start of the copy, and no acknowledged write is lost. If anything fails before the swap, the
    old database keeps serving. If it is interrupted, run it again. The old data stays as a stopped service until you
    run the command with --drop-old.

    [bold]Examples[/bold]
      ./petbase upgrade-database
      ./petbase upgrade-database 18.4 --stack staging
      ./petbase upgrade-database --drop-old
    """
    from operate.dumps.make import make_safety_dump
    from operate.server.ssh import reach
    from operate.stack import engine
    from operate.whole import upgrade

    wanted = upgrade.chosen(version)
    chosen, connection = reach(stack, identity)
    seen = upgrade.fetch(chosen, connection)
    if drop_old:
        _drop(chosen, connection, seen.old, yes=yes)
        return
    job = upgrade.Upgrade(chosen, connection, engine.of(chosen.name), wanted)
    job.require_possible(seen)
    if seen.running == wanted and chosen.version == wanted and not seen.begun:
        terminal.result(f"{chosen.service} runs PostgreSQL {wanted} already; nothing was to be done.")
        return
    key = None
    if seen.running != wanted and not seen.begun:
        for name, value in upgrade.rows(job, seen):
            terminal.note(f"{name:<10} {value}")
        if not yes:
            confirm.type_name(chosen.service, "upgrade it", "In a script: --yes")
        key = make_safety_dump(chosen, connection) if safety_dump else None
    done = job.run() if seen.running != wanted or seen.begun else None
    job.settle()
    _told(job, done, key)


def _drop(stack: "Stack", connection: "Connection", old: dict[str, str], *, yes: bool) -> None:
    from operate.whole import upgrade

    if not old:
        raise RefusedError(f"No upgrade of {stack.service} left old data; nothing was dropped.")
    for name, version in old.items():
        terminal.note(
            f"{name} holds the data from before an upgrade, in PostgreSQL {version}. No dump of now holds it."
        )
        if not yes:
            confirm.type_name(name, "drop it for good", "In a script: --yes")
        upgrade.drop(stack, connection, name)
        terminal.result(f"{name} is gone.")


def _told(job: "Upgrade", done: "Done | None", key: str | None) -> None:
    rows = [("service", job.stack.service), ("version", f"PostgreSQL {job.version}")]
    if done and done.upgraded.fingerprint:
        found = done.upgraded
        rows.append(("compared", f"{found.rows:,} rows in {found.tables} tables, sequences, schema: the same"))
    if done:
        rows += duration_rows(done)
        rows += [("restarted", ", ".join(done.upgraded.restarted))] if done.upgraded.restarted else []
        rows += [(f"app {app}", f"did not start again: dokku logs {app}") for app in done.upgraded.failed]
    rows.append(("old data", f"{job.kept}, stopped"))
    if key:
        rows.append(("dump", key))
    terminal.table(rows)
    terminal.note(
        f"To see that dumps of it are well: ./petbase backup && ./petbase drill, both with --stack {job.stack.name}"
    )
    terminal.note(f"To be rid of the old data: ./petbase upgrade-database --drop-old --stack {job.stack.name}")


def duration_rows(done: "Done") -> list[tuple[str, str]]:
    """How long it took; of one that was cut off before, this run alone, and when the first one began."""
    from datetime import UTC, datetime

    began = datetime.fromtimestamp(done.upgraded.began, UTC)
    took = [("took", f"{done.seconds:.0f} s")]
    if (datetime.now(UTC) - began).total_seconds() > done.seconds + _CLOCKS_DIFFER_SECONDS:
        took.append(("begun", f"{times.with_local_time(began)}, by a run that was cut off"))
    return took
