"""`./petbase tables`: what the apps have in the shared database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from operate.core import options, terminal

if TYPE_CHECKING:
    from host.schema.model import Schema

GROUP = "Look"


def tables(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """List each app's tables with their sizes and row counts.

    Row counts are PostgreSQL's own estimates, so this is fast and locks nothing. Sizes include indexes. Tables in
    public are listed separately, because the apps with the superuser's link share them.

    [bold]Examples[/bold]
      ./petbase tables
      ./petbase tables --json | jq '.schemas[] | {schema, bytes}'
    """
    from host.postgres.roles import EXTENSIONS
    from operate.schemas import listing
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity)
    found = listing.schemas(chosen, connection).schemas
    if json:
        terminal.as_json({"service": chosen.service, "schemas": [_object(one) for one in found]})
        return
    # The schema of the extensions belongs to no app, and mostly has no table.
    _show([one for one in found if one.name != "public" and (one.tables or one.name != EXTENSIONS)], first="app")
    public = [one for one in found if one.name == "public" and one.tables]
    if public:
        terminal.result(
            "\nIn public, which the apps with the superuser's link share (./petbase isolate APP moves them out):"
        )
        _show(public, first="")


def _object(schema: "Schema") -> dict[str, object]:
    return {
        "schema": schema.name,
        "owner": schema.owner,
        "apps": schema.users,
        "rows": schema.rows,
        "bytes": schema.bytes,
        "tables": [{"name": table.name, "rows": table.rows, "bytes": table.bytes} for table in schema.tables],
    }


def _show(found: "Sequence[Schema]", first: str) -> None:
    grid = terminal.columns(first, "table", right=("rows, about", "size"))
    for schema in sorted(found, key=lambda one: -one.bytes):
        total = terminal.counted(len(schema.tables), "table")
        grid.add_row(
            _who(schema) if first else "", total, f"{schema.rows:,}", terminal.size(schema.bytes), style="bold"
        )
        for table in sorted(schema.tables, key=lambda one: -one.bytes):
            grid.add_row("", table.name, f"{table.rows:,}", terminal.size(table.bytes))
    terminal.draw(grid)


def _who(schema: "Schema") -> str:
    """The app, `a and b in shop` for a shared schema, `old (kept)` for one whose app went."""
    if not schema.users:
        return f"{schema.name} (kept)" if schema.closed else f"{schema.name} (no app)"
    names = " and ".join(schema.users)
    return names if names == schema.name else f"{names} in {schema.name}"
