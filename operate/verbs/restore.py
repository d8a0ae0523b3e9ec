"""`./petbase restore`: a dump, back into the shared database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operate import options

if TYPE_CHECKING:
    from operate.database import Table
    from operate.dumps import Source
    from operate.outputs import Stack


def restore(
    *,
    key: Annotated[str | None, typer.Option(help="Which dump. Default: the newest.", metavar="KEY")] = None,
    file: Annotated[Path | None, typer.Option(help="A dump on this machine instead.", metavar="FILE")] = None,
    safety_dump: Annotated[
        bool, typer.Option("--safety-dump/--no-safety-dump", help="Dump what is there before it is replaced.")
    ] = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Bring a dump back, whole, into the shared database.

    Every schema that the dump holds becomes what it was then; what came into it since is gone. Schemas that the dump
    does not know stay. The dump is fetched, unlocked, unpacked and read by the server before anything is touched, and
    a safety dump is made. Afterwards every object belongs to its app's role again. Nothing is restarted.

    [bold]Examples[/bold]
      ./petbase restore
      ./petbase restore --key postgres-db-2026-11-22-03-00-01.tgz
      ./petbase restore --file before.tgz --yes
    """
    import tempfile

    from operate import database, dumps, say
    from operate import stack as stacks
    from operate.restoring import Restore
    from operate.ssh import connect
    from operate.store import Store

    dumps.check_source(key, file)
    chosen = stacks.read(stack)
    connection = connect(chosen, identity)
    with Store(chosen) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
        scratch = Path(folder)
        source = dumps.local(file) if file else dumps.fetched(store, key, scratch)
        job = Restore(chosen, connection, dumps.export_of(source.path, scratch, chosen.name), _again(chosen, source))
        schemas = job.schemas()
        _show(chosen, source, schemas, database.tables(connection, chosen.service))
        _confirm(chosen, yes)
        safety = None
        if safety_dump:
            with say.working(f"making a safety dump of {chosen.service}"):
                safety = dumps.make(chosen, connection, store, scratch).dump.key
            say.note(f"safety dump: {safety}")
        with say.working(f"restoring {source.name} into {chosen.service}"):
            job.run(schemas, safety)
    say.result(f"{chosen.service} holds {source.name} again: {', '.join(schemas) or 'no schema'}.")
    say.note("Every object belongs to its app's role. Nothing was restarted.")
    if safety:
        say.note(f"To undo: ./petbase restore --stack {chosen.name} --key {safety}")


def _again(stack: "Stack", source: "Source") -> str:
    return f"./petbase restore --stack {stack.name} {source.option}"


def _show(stack: "Stack", source: "Source", schemas: list[str], tables: "list[Table]") -> None:
    """What will be overwritten, and by what, on stderr."""
    from rich.console import Console
    from rich.table import Table as Grid

    from operate import say

    where = f"{stack.service} on {stack.name} ({stack.server.address})"
    say.note(f"dump     {source.name}, {say.size(source.size)}, made {say.age(source.made)} ago")
    say.note(f"service  {where}, which holds {'these tables' if tables else 'no table'}")
    if not tables:
        return
    grid = Grid("table", "rows, about", "size", "becomes", box=None, padding=(0, 3, 0, 0))
    for table in tables:
        fate = "as in the dump, or gone" if table.schema in schemas else "stays"
        grid.add_row(f"{table.schema}.{table.name}", str(table.rows), say.size(table.size), fate)
    Console(stderr=True, highlight=False, markup=False).print(grid)


def _confirm(stack: "Stack", yes: bool) -> None:
    from operate import say
    from operate.errors import RefusedError

    if yes:
        return
    typed = say.ask(f"Type {stack.service} to overwrite it")
    if typed is None:
        raise RefusedError("Nobody answered, so nothing was touched. In a script: --yes")
    if typed != stack.service:
        raise RefusedError(f'"{typed}" is not {stack.service}; nothing was touched.')
