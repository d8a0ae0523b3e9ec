"""`./petbase upgrade-database`: a new major of PostgreSQL, with everything that is in the old one."""

from typing import Annotated

import typer

from operate.core import confirm, options, terminal

GROUP = "Server"


def upgrade_database(
    version: Annotated[
        str | None,
        typer.Argument(help="The new version, like 18.4. Default: the version of a new database.", metavar="[VERSION]"),
    ] = None,
    *,
    hold_back: Annotated[
        list[str] | None,
        typer.Option(
            "--hold-back",
            help="Leave this app's data in the old service if the new version does not take it. With --drop-old: "
            "delete it, although it is nowhere else. Repeatable.",
            metavar="APP",
        ),
    ] = None,
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

    An app whose data the new version does not take is named, with PostgreSQL's error and what to do, and nothing is
    changed. With --hold-back APP the others are upgraded without it: all of its data stays in the old service.

    [bold]Examples[/bold]
      ./petbase upgrade-database
      ./petbase upgrade-database 18.4 --stack staging
      ./petbase upgrade-database 18.4 --hold-back fruits
      ./petbase upgrade-database --drop-old
    """
    from operate.dumps.make import make_safety_dump
    from operate.server.ssh import reach
    from operate.stack import engine
    from operate.whole import old_data, upgrade, upgrade_report

    wanted = upgrade.chosen(version)
    chosen, connection = reach(stack, identity)
    seen = upgrade.fetch(chosen, connection)
    if drop_old:
        old_data.drop(chosen, connection, seen.old, hold_back or (), yes=yes)
        return
    names = old_data.named(chosen, hold_back or (), seen.data) if seen.data else (*(hold_back or ()),)
    job = upgrade.Upgrade(chosen, connection, engine.of(chosen.name), wanted, names)
    job.require_possible(seen)
    if seen.running == wanted and chosen.version == wanted and not seen.begun:
        terminal.result(f"{chosen.service} runs PostgreSQL {wanted} already; nothing was to be done.")
        return
    key = None
    if seen.running != wanted and not seen.begun:
        for name, value in upgrade_report.rows(job, seen):
            terminal.note(f"{name:<10} {value}")
        if not yes:
            confirm.type_name(chosen.service, "upgrade it", "In a script: --yes")
        key = make_safety_dump(chosen, connection) if safety_dump else None
    done = job.run() if seen.running != wanted or seen.begun else None
    job.settle()
    upgrade_report.told(job, done, key)
