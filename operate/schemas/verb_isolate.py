"""`./petbase isolate`: an app out of the superuser's `public`, into its own schema and role; and back."""

from typing import Annotated

import typer

from operate.core import confirm, options, terminal
from operate.core.errors import RefusedError

GROUP = "Data"


def isolate(
    app: options.App,
    *,
    table: Annotated[
        list[str] | None,
        typer.Option(help="A table, view, sequence, function or type; can be repeated.", metavar="NAME"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything in public belongs to this app.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Move it back to public and the superuser's link.")] = False,
    safety_dump: options.SafetyDump = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Move an app out of public into its own schema.

    An app with the superuser's link keeps its tables in public, which such apps share. This command lists what will
    move, asks, makes a dump, moves everything in one transaction, gives it to the app's own role, changes DATABASE_URL
    and restarts the app once. During the restart, about half a minute, the app does not find its tables. No data is
    copied. If several apps use the superuser's link, name this app's tables with --table, or pass --all. If it is
    interrupted, run it again.

    [bold]Examples[/bold]
      ./petbase isolate fruits
      ./petbase isolate fruits --table fruits --table baskets
      ./petbase isolate fruits --undo
    """
    from operate.dumps.make import make_safety_dump
    from operate.schemas import isolation
    from operate.server.ssh import reach

    if undo and (table or everything):
        raise RefusedError("--undo takes back everything in the app's schema; leave --table and --all away.")
    if table and everything:
        raise RefusedError("--table names some and --all takes everything; say one of them.")
    chosen, connection = reach(stack, identity, app)
    move = isolation.Move(chosen, connection, app)
    plan = move.back() if undo else move.out(table or (), everything=everything)
    if plan.objects:
        isolation.show(plan)
        if not yes:
            confirm.type_name(
                app, f"move {'them back to public' if undo else 'them and restart it'}", "In a script: --yes"
            )
        if safety_dump:
            make_safety_dump(chosen, move.connection)
    move.run(plan)
    terminal.result(plan.done)
    terminal.note(plan.next)
