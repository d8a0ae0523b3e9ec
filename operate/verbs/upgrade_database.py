"""`./petbase upgrade-database`: a new major of PostgreSQL, with everything that is in the old one."""

from typing import TYPE_CHECKING, Annotated

import typer

from operate import options

if TYPE_CHECKING:
    from operate.outputs import Stack
    from operate.restoring import Done
    from operate.ssh import Connection
    from operate.upgrading import Upgrade


def upgrade_database(
    version: Annotated[
        str | None, typer.Argument(help="As in 18.4. Default: what a new database gets.", metavar="[VERSION]")
    ] = None,
    *,
    drop_old: Annotated[bool, typer.Option("--drop-old", help="The data of before an upgrade goes, for good.")] = False,
    safety_dump: Annotated[
        bool, typer.Option("--safety-dump/--no-safety-dump", help="Dump the database before.")
    ] = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Bring the shared database to another major of PostgreSQL.

    A dump is made and read back. A new service is made beside the old one, gets roles, settings and data, and is
    compared: schema, rows, sequences. Then the two change their data: name, passwords, links and schedule stay, so no
    app gets another DATABASE_URL; each restarts once. The version is written into the stack file.

    From the copy on writes wait, and nothing that was acknowledged is lost. Until the change a failure leaves the old
    one serving. Cut off anywhere, it is finished by the same command. The old data stays, as a stopped service, until
    --drop-old.

    [bold]Examples[/bold]
      ./petbase upgrade-database
      ./petbase upgrade-database 18.4 --stack staging
      ./petbase upgrade-database --drop-old
    """
    from operate import consent, deploy, say, upgrading
    from operate import stack as stacks
    from operate.ssh import connect

    wanted = upgrading.chosen(version)
    chosen = stacks.read(stack)
    connection = connect(chosen, identity)
    seen = upgrading.look(connection, chosen.service)
    if drop_old:
        _drop(chosen, connection, seen.old, yes=yes)
        return
    job = upgrading.Upgrade(chosen, connection, deploy.of(chosen.name), wanted)
    job.need_possible(seen)
    if seen.running == wanted and chosen.version == wanted and not seen.begun:
        say.result(f"{chosen.service} runs PostgreSQL {wanted} already; nothing was to be done.")
        return
    key = None
    if seen.running != wanted and not seen.begun:
        for name, value in upgrading.rows(job, seen):
            say.note(f"{name:<10} {value}")
        if not yes:
            consent.typed(chosen.service, "upgrade it", "In a script: --yes")
        key = consent.safety_dump(chosen, connection) if safety_dump else None
    done = job.run() if seen.running != wanted or seen.begun else None
    job.settle()
    _told(job, done, key)


def _drop(stack: "Stack", connection: "Connection", old: dict[str, str], *, yes: bool) -> None:
    from operate import consent, say, upgrading
    from operate.errors import RefusedError

    if not old:
        raise RefusedError(f"No upgrade of {stack.service} left old data; nothing was dropped.")
    for name, version in old.items():
        say.note(f"{name} holds the data of before an upgrade, in PostgreSQL {version}. No dump of now holds it.")
        if not yes:
            consent.typed(name, "drop it for good", "In a script: --yes")
        upgrading.drop(stack, connection, name)
        say.result(f"{name} is gone.")


def _told(job: "Upgrade", done: "Done | None", key: str | None) -> None:
    from operate import say

    told = done.told if done else {}
    rows = [("service", job.stack.service), ("version", f"PostgreSQL {job.version}")]
    if "rows" in told:
        rows.append(("compared", f"{int(told['rows']):,} rows in {told['tables']} tables, sequences, schema: the same"))
    if done:
        rows.append(("took", f"{sum(seconds for _, seconds in done.steps):.0f} s"))
    rows.append(("old data", f"{job.kept}, stopped"))
    if key:
        rows.append(("dump", key))
    say.table(rows)
    say.note(
        f"To see that dumps of it are well: ./petbase backup && ./petbase drill, both with --stack {job.stack.name}"
    )
    say.note(f"To be rid of the old data: ./petbase upgrade-database --drop-old --stack {job.stack.name}")
