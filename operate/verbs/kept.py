"""`./petbase kept`: what stayed when its app went."""

from operate import options


def kept(stack: options.Stack = None, identity: options.Identity = None, json: options.Json = False) -> None:
    """Schemas and roles that stayed when their app went.

    An app that leaves the stack file leaves its data here, behind a role that cannot log in. It comes back with its
    app: put the app into the stack file again, and pulumi up gives it its old schema and a new password.

    [bold]Examples[/bold]
      ./petbase kept
      ./petbase kept --json | jq --raw-output '.kept[].name'
    """
    import json as to_json

    from rich.console import Console
    from rich.table import Table

    from operate import rooms, say
    from operate import stack as stacks
    from operate.ssh import connect

    chosen = stacks.read(stack)
    found = rooms.kept(connect(chosen, identity), chosen.service)
    if json:
        objects = [
            {"name": one.name, "schema": one.schema, "tables": one.tables, "rows": one.rows, "bytes": one.size}
            for one in found
        ]
        say.result(to_json.dumps({"service": chosen.service, "kept": objects}))
        return
    if not found:
        say.result(f"Nothing was kept in {chosen.service}: every schema has its app.")
        return
    grid = Table("name", "kept", box=None, padding=(0, 3, 0, 0))
    for column in ("tables", "rows, about", "size"):
        grid.add_column(column, justify="right")
    for one in found:
        what = "schema and role" if one.schema else "role"
        grid.add_row(one.name, what, str(one.tables), f"{one.rows:,}", say.size(one.size))
    Console(highlight=False, markup=False).print(grid)
    say.note("\nTo have one back: put its app into the stack file again, and pulumi up.")
    say.note(f"To be rid of one, data and all: ./petbase drop-data NAME --stack {chosen.name}")
