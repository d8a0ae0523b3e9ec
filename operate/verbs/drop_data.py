"""`./petbase drop-data`: the only way that data goes."""

from typing import TYPE_CHECKING, Annotated

import typer

from operate import options

if TYPE_CHECKING:
    from operate.keeping import Aside
    from operate.outputs import Stack
    from operate.rooms import Kept
    from operate.seen import Seen
    from operate.ssh import Connection


def drop_data(
    app: Annotated[str, typer.Argument(help="The name of what was kept; ./petbase kept lists them.", metavar="NAME")],
    *,
    safety_dump: Annotated[
        bool, typer.Option("--safety-dump/--no-safety-dump", help="Dump the database before.")
    ] = True,
    yes: options.Yes = False,
    i_know: Annotated[
        str | None, typer.Option("--i-know", help="The same name again, for scripts; --yes needs it.", metavar="NAME")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Drop the schema and the role that stayed when an app went, or what a restore put aside.

    Refuses while an app of that name is in the stack file or linked, while another app lives in that schema, and when
    something outside the schema would be lost with it. You type the name, and a dump is made first; of a database that
    a restore put aside none is made, since a dump holds the live one alone.

    [bold]Examples[/bold]
      ./petbase drop-data oldapp
      ./petbase drop-data "db before 2026-11-22 18:30:05"
      ./petbase drop-data oldapp --yes --i-know oldapp
    """
    from components.dokku import shell, verbs
    from operate import consent, keeping, say
    from operate import stack as stacks
    from operate.errors import RefusedError
    from operate.ssh import connect

    if yes and i_know != app:
        raise RefusedError(
            f"--yes drops data without a question, so it needs the name again: --i-know {shell.line(app)}"
        )
    chosen = stacks.read(stack)
    if app in chosen.apps:
        raise RefusedError(
            f"{app} is an app of the stack {chosen.name}, so its data is in use. To remove the app, take it out of the "
            "stack file and run pulumi up; its data stays until you come back here."
        )
    connection = connect(chosen, identity)
    seen = keeping.look(connection, chosen.service)
    aside = {one.name: one for one in keeping.aside(seen)}.get(app)
    if aside:
        _show_aside(chosen, aside)
        script = verbs.drop_kept(f"petbase/{chosen.name}", chosen.service, aside.kind, app)
    else:
        _show(chosen, _kept(chosen, connection, seen, app))
        script = verbs.drop_data(f"petbase/{chosen.name}", chosen.service, app)
    if not yes:
        consent.typed(app, "drop it for good", f"In a script: --yes --i-know {shell.line(app)}")
    dumped = safety_dump and not (aside and aside.kind == "database")
    key = consent.safety_dump(chosen, connection) if dumped else None
    say.note(connection.send(f"dropping the data of {app}", script).strip())
    say.result(f"The data of {app} is gone.")
    if key:
        say.note(f"It is still in the dump {key}, until that expires.")


def _kept(stack: "Stack", connection: "Connection", seen: "Seen", app: str) -> "Kept":
    from operate import keeping, rooms
    from operate.errors import RefusedError

    found = {one.name: one for one in rooms.kept(connection, stack.service)}
    if app in found:
        return found[app]
    if app in rooms.linked(connection, stack.service):
        raise RefusedError(f"{app} is linked to {stack.service}, so its data is in use; nothing was dropped.")
    for room in rooms.rooms(connection, stack.service):
        if app in (room.schema, *room.lodgers) and room.lodgers:
            raise RefusedError(f"{' and '.join(room.lodgers)} lives in the schema {room.schema}; nothing was dropped.")
    if app in (old.name for old in keeping.old(seen)):
        raise RefusedError(
            f"{app} is a service of its own, with the data of before an upgrade; nothing was dropped. "
            f"If it may go: ./petbase upgrade-database --drop-old --stack {stack.name}"
        )
    names = [*found, *(one.name for one in keeping.aside(seen))]
    raise RefusedError(f'Nothing was kept of "{app}"; kept were: {", ".join(names) or "none"}.')


def _show_aside(stack: "Stack", one: "Aside") -> None:
    from operate import moments, say

    say.note(f"{stack.service} on {stack.name} loses {one.name}, {say.size(one.size)}, of {moments.both(one.since)}")
    if one.kind == "database":
        say.note("No dump holds it: dumps are of the live database.")


def _show(stack: "Stack", one: "Kept") -> None:
    from operate import say

    tables = "1 table" if one.tables == 1 else f"{one.tables} tables"
    what = f"the schema {one.name} with {tables}, {say.size(one.size)}, and its role"
    say.note(f"{stack.service} on {stack.name} loses {what if one.schema else f'the role {one.name}'}")
