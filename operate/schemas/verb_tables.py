"""`./petbase tables`: what the apps have in the shared database."""

from typing import TYPE_CHECKING

from operate.core import options

if TYPE_CHECKING:
    from operate.schemas.rooms import Room
    from operate.server.query import Table

GROUP = "Look"


def tables(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """List each app's tables with their sizes and row counts.

    Row counts are PostgreSQL's own estimates, so this is fast and locks nothing. Sizes include indexes. Tables in
    public are listed separately, because the apps with the superuser's link share them.

    [bold]Examples[/bold]
      ./petbase tables
      ./petbase tables --json | jq '.schemas[] | {schema, bytes}'
    """
    import json as to_json

    from components.config.types import EXTENSIONS
    from operate.core import terminal
    from operate.schemas import rooms
    from operate.server import query
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    chosen = pulumi_cli.read(stack)
    connection = connect(chosen, identity)
    found = rooms.rooms(connection, chosen.service)
    held = query.tables(connection, chosen.service)
    if json:
        objects = [_object(room, held) for room in found]
        terminal.result(to_json.dumps({"service": chosen.service, "schemas": objects}))
        return
    # Extensions live in a schema of their own, which is no app's and mostly without a table.
    _show(
        [room for room in found if room.schema != "public" and (room.tables or room.schema != EXTENSIONS)],
        held,
        first="app",
    )
    public = [room for room in found if room.schema == "public" and room.tables]
    if public:
        terminal.result(
            "\nIn public, which the apps with the superuser's link share (./petbase isolate APP moves them out):"
        )
        _show(public, held, first="")


def _object(room: "Room", held: "list[Table]") -> dict[str, object]:
    own = [table for table in held if table.schema == room.schema]
    return {
        "schema": room.schema,
        "apps": room.lodgers,
        "rows": room.rows,
        "bytes": room.size,
        "tables": [{"name": table.name, "rows": table.rows, "bytes": table.size} for table in own],
    }


def _show(found: "list[Room]", held: "list[Table]", first: str) -> None:
    from rich.table import Table as Grid

    from operate.core import terminal

    grid = Grid(first, "table", box=None, padding=(0, 3, 0, 0))
    for name in ("rows, about", "size"):
        grid.add_column(name, justify="right")
    for room in sorted(found, key=lambda one: -one.size):
        total = "1 table" if room.tables == 1 else f"{room.tables} tables"
        grid.add_row(_who(room) if first else "", total, f"{room.rows:,}", terminal.size(room.size), style="bold")
        for table in sorted((one for one in held if one.schema == room.schema), key=lambda one: -one.size):
            grid.add_row("", table.name, f"{table.rows:,}", terminal.size(table.size))
    terminal.draw(grid)


def _who(room: "Room") -> str:
    """The app, `a and b in shop` for a shared schema, `old (kept)` for one whose app went."""
    if not room.lodgers:
        return f"{room.schema} (kept)" if room.closed else f"{room.schema} (no app)"
    names = " and ".join(room.lodgers)
    return names if names == room.schema else f"{names} in {room.schema}"
