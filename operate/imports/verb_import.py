"""`./petbase import`: a database and files from elsewhere, into an app."""

from typing import Annotated

import typer

from operate.core import options

GROUP = "Data"

EXIT_CODES = (
    "Exit codes: 0 imported, 1 failure: the database is unchanged, and files that came stay, 2 refused before anything "
    "began: the source cannot be read or does not fit, not enough disk space, a wrong or missing answer."
)


def import_(
    app: Annotated[str, typer.Argument(help="Name of the app.", metavar="APP")],
    *,
    source: Annotated[
        str | None,
        typer.Option("--from", help="A dump, or a URL without its password. - reads a URL.", metavar="FILE|URL|-"),
    ] = None,
    files: Annotated[
        str,
        typer.Option(
            help="Files for the app's bucket: a folder, or a bucket at another store.", metavar="FOLDER|s3://BUCKET"
        ),
    ] = "",
    files_to: Annotated[
        str, typer.Option("--files-to", help="Put them into this folder of the app's bucket.", metavar="FOLDER")
    ] = "",
    files_endpoint: Annotated[
        str, typer.Option("--files-endpoint", help="Address of the other store. Default: AWS.", metavar="URL")
    ] = "",
    files_region: Annotated[
        str, typer.Option("--files-region", help="Region there. Default: us-east-1.", metavar="REGION")
    ] = "",
    keep_newer: Annotated[
        bool, typer.Option("--keep-newer", help="Leave files alone that are newer in the app's bucket.")
    ] = False,
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
    """Import a PostgreSQL database or a dump, files, or both.

    --from takes a URL or a dump in any form that pg_dump writes: custom, directory, tar or plain SQL, also compressed.
    First it shows what is in it, what will be left out and what it replaces. The server then loads it into a
    temporary container without a network, renames the schema public to the app's, gives everything to the app's role,
    compares the rows, and replaces the app's data in one step. The source is only read. The old data is kept:
    ./petbase kept lists it.

    Until that step nothing has changed, and an interrupted import can be run again. Run it again, too, to catch up with
    the source before you switch.

    A password is never an argument. Set PETBASE_IMPORT_URL and leave out --from, pipe the URL to --from -, or leave the
    password out: it is asked for, or comes from PETBASE_IMPORT_PASSWORD. The connection to the source comes from your
    server.

    --files copies a folder, or a bucket of any S3 store (s3://BUCKET/FOLDER), into the app's own bucket: what is
    missing there, and what differs. Nothing in the bucket is deleted. An interrupted copy continues with the next run.
    This machine reads the source and writes the bucket. The key of another store comes from
    PETBASE_IMPORT_ACCESS_KEY_ID and PETBASE_IMPORT_SECRET_ACCESS_KEY, or is asked for. With --files, a database is
    imported only if --from is given; the files come first, and the database is left alone unless all of them came.

    [bold]Examples[/bold]
      heroku config:get DATABASE_URL | ./petbase import fruits --from - --yes
      ./petbase import fruits --from postgres://me@db.example.com/shop --look
      ./petbase import fruits --from latest.dump
      ./petbase import fruits --from db_cluster.backup.gz --take auth
      ./petbase import fruits --files ./uploads
      ./petbase import fruits --from latest.dump --files s3://shop-uploads --files-region eu-central-1
    """
    from operate.imports.course import Import
    from operate.imports.files import job as files_job
    from operate.imports.files.request import Asked
    from operate.imports.job import Wanted
    from operate.imports.request import check_options, database_job
    from operate.stack import pulumi_cli

    wanted = Wanted(was, tuple(take or ()), tuple(leave or ()), database)
    asked = Asked(files, files_endpoint, files_region, files_to, keep_newer)
    check_options(source, wanted, asked)
    chosen = pulumi_cli.read(stack)
    of_files = files_job.of(chosen, app, asked) if files else None
    of_database = database_job(chosen, app, source, wanted, identity) if source is not None or not files else None
    course = Import(app, of_database, of_files)
    looked = course.look()
    if look:
        course.show(looked, json=json)
    else:
        course.run(looked, yes=yes, safety_dump=safety_dump, json=json)
