"""`./petbase import`: a database from elsewhere, into an app."""

from typing import Annotated

import typer

from operate.core import options

GROUP = "Data"

EXIT_CODES = (
    "Exit codes: 0 imported, 1 failure: the app's data is unchanged, 2 refused before anything began: the source "
    "cannot be read or does not fit, not enough disk space, a wrong or missing answer."
)


def import_(
    app: Annotated[str, typer.Argument(help="Name of the app.", metavar="APP")],
    *,
    source: Annotated[
        str | None,
        typer.Option("--from", help="A dump, or a URL without its password. - reads a URL.", metavar="FILE|URL|-"),
    ] = None,
    was: Annotated[
        str, typer.Option(help="The source's schema that becomes the app's own.", metavar="SCHEMA")
    ] = "public",
    take: Annotated[
        list[str] | None,
        typer.Option(help="Bring along a schema that would be left out; can be repeated.", metavar="SCHEMA"),
    ] = None,
    leave: Annotated[
        list[str] | None, typer.Option(help="Leave out a schema; can be repeated.", metavar="SCHEMA")
    ] = None,
    database: Annotated[
        str, typer.Option(help="Which database, if the dump is of a whole server.", metavar="NAME")
    ] = "",
    look: Annotated[bool, typer.Option("--look", help="Show what would be imported, and stop.")] = False,
    safety_dump: options.SafetyDump = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Import a PostgreSQL database or a dump.

    Takes a URL or a dump in any form that pg_dump writes: custom, directory, tar or plain SQL, also compressed. First
    it shows what is in it, what will be left out and what it replaces. The server then loads it into a container of
    its own without a network, renames the schema public to the app's, gives everything to the app's role, compares
    the rows, and replaces the app's data in one step. The source is only read. The old data is kept: ./petbase kept
    lists it.

    Until that step nothing has changed, and an interrupted import can be run again. Run it again, too, to catch up with
    the source before you switch.

    A password is never an argument. Set PETBASE_IMPORT_URL and leave out --from, pipe the URL to --from -, or leave the
    password out: it is asked for, or comes from PETBASE_IMPORT_PASSWORD. The connection to the source comes from your
    server.

    [bold]Examples[/bold]
      heroku config:get DATABASE_URL | ./petbase import fruits --from - --yes
      ./petbase import fruits --from postgres://me@db.example.com/shop --look
      ./petbase import fruits --from latest.dump
      ./petbase import fruits --from db_cluster.backup.gz --take auth
    """
    from operate.imports import report
    from operate.imports import source as import_source
    from operate.imports.job import Job, Wanted
    from operate.imports.request import check_against
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    check_against(chosen, app)
    found = import_source.chosen(source)
    wanted = Wanted(was, tuple(take or ()), tuple(leave or ()), database)
    job = Job(chosen, connect(chosen, identity), app, found, wanted)
    if look:
        _, seen = job.look()
        report.looked(app, found, seen) if json else report.shown(chosen, app, found, seen)
        return
    report.told(chosen, app, found, job.run(yes=yes, safety_dump=safety_dump), json=json)
