"""`./petbase pull`: an app's data from the newest dump, into a PostgreSQL on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import confirm, options, terminal
from operate.core.errors import PetbaseError, RefusedError

if TYPE_CHECKING:
    from operate.dumps.source import Source
    from operate.pull.local_postgres import Local, Place
    from operate.pull.pull import Pull
    from operate.stack.outputs import Stack

GROUP = "Data"


def pull(
    app: options.App,
    *,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            help="Local database. Default: DATABASE_URL, or PGHOST, PGUSER and PGDATABASE as for psql.",
            metavar="URL",
        ),
    ] = None,
    key: Annotated[str | None, typer.Option(help="The dump. Default: the newest.", metavar="KEY")] = None,
    file: Annotated[Path | None, typer.Option(help="A dump file on this machine instead.", metavar="FILE")] = None,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Copy an app's data from a dump into a local PostgreSQL.

    The app's local schemas are replaced completely; if anything fails, they stay as they were. Other schemas are not
    touched. The app's own code (checks, triggers) runs while rows are loaded, so a role without rights loads them,
    which is gone afterwards; everything belongs to the local user. If that user may not make roles, the database must
    hold nothing else that they may use. The server is not touched. URLs that lead to it, directly or through a tunnel,
    are rejected. Needs psql and pg_restore. A password in --to is visible to other users of this machine; use
    PGPASSWORD or ~/.pgpass instead.

    [bold]Examples[/bold]
      ./petbase pull fruits
      ./petbase pull fruits --to postgres://me@localhost/dev
      ./petbase pull fruits --stack staging --yes
    """
    import tempfile

    from operate.dumps import dumps
    from operate.dumps.source import check_source, open_local
    from operate.dumps.store import Store
    from operate.pull import contents, loading_role, local_postgres, pg_tools
    from operate.pull import pull as pulling
    from operate.stack import pulumi_cli

    check_source(key, file)
    chosen = pulumi_cli.read(stack)
    chosen.require_app(app)
    major = int(chosen.version.partition(".")[0])
    tools, target = pg_tools.require_tools(major), local_postgres.chosen(to)
    place = target.look()
    pulling.check_place(place, major, tools)
    _require_another(chosen, place, to, identity)
    with Store(chosen) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
        scratch = Path(folder)
        source = open_local(file) if file else dumps.download_into(store, store.find(key), scratch)
        export = dumps.export_of(source.path, scratch, chosen.name)
        trusted = target.trusted_extensions()
        job = pulling.Pull(export, contents.read(export, chosen.apps[app].schema, source.name, trusted))
        loading_role.require_right(target, place, job.contents.schemas, job.contents.extension_schemas)
        lacking = job.lacking(target)
        held = target.holds(job.contents.schemas)
        names = job.contents.names
        _show(job, source, place, held, lacking)
        if held is not None and not yes:
            confirm.type_name(place.database, f"replace {names} in it", "In a script: --yes")
        with terminal.working(f"restoring {names} into {place.database}"):
            warnings = job.run(target, place, lacking)
    for warning in warnings:
        terminal.note(warning)
    _told(job, source, place, target)


def _require_another(stack: "Stack", place: "Place", to: str | None, identity: Path | None) -> None:
    """RefusedError when it is the stack's own database, or one elsewhere that --to does not name."""
    from operate.server import query as server_query
    from operate.server.ssh import connect

    if not place.near and to is None:
        raise RefusedError(
            f"{place} is not on this machine. If you mean it, name it: --to postgres://{place.host}/{place.database} "
            "with PGUSER and PGPASSWORD"
        )
    try:
        query = "SELECT system_identifier, 'its own' FROM pg_control_system();"
        found = server_query.rows(connect(stack, identity), stack.service, query, 2)
    except PetbaseError as problem:
        # Who holds only the bucket's key may pull too; the look at the place itself has found nothing of Petbase's.
        terminal.note(f"The server was not asked whether {place} is its own: {problem}")
        return
    if [place.system, "its own"] in found:
        raise RefusedError(
            f"{place} is {stack.service} itself, by a tunnel; pull is for a database of your own. Name that: --to URL"
        )


def _show(job: "Pull", source: "Source", place: "Place", held: int | None, lacking: list[str]) -> None:
    """What comes, what it replaces, and what will be missing, on stderr."""
    found = job.contents
    several = len(found.schemas) > 1
    terminal.note(f"dump      {source.name}, {terminal.size(source.size)}, made {terminal.age(source.made)} ago")
    tables = terminal.counted(found.tables, "table")
    terminal.note(f"{'schemas  ' if several else 'schema   '} {found.names}, {tables} in the dump")
    terminal.note(f"database  {place}")
    which = f"schemas {found.names}" if several else f"schema {found.names}"
    if held is None:
        terminal.note(f"          which has no {which} yet; nothing is overwritten")
    else:
        deleted = "are deleted" if several else "is deleted"
        terminal.note(
            f"          whose {which} {deleted}, with {terminal.counted(held, 'table')} and what depends on them"
        )
    if lacking:
        terminal.note(f"          which does not offer {', '.join(lacking)}; what needs that cannot be restored")
    if found.left_out:
        terminal.note(f"not taken {', '.join(found.left_out)}")


def _told(job: "Pull", source: "Source", place: "Place", target: "Local") -> None:
    from host.values.sql_names import quoted
    from operate.pull import pull as pulling

    found = job.contents
    count = target.holds(found.schemas) or 0
    terminal.result(f"{place.database} holds {found.names} of {source.name}: {terminal.counted(count, 'table')}.")
    if found.schemas[0] == "public":
        return
    path = pulling.search_path(found.schemas[0], found.extensions)
    always = f"ALTER DATABASE {quoted(place.database)} SET search_path = {pulling.as_sql(path)};"  # shown, not run
    terminal.note(f"The app finds them when its DATABASE_URL ends in {pulling.url_end(path)}")
    terminal.note(f"or, for every session from now on: {always}")
