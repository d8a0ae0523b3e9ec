"""`./petbase drop-data`: the only way that data goes."""

from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import confirm, options, terminal, times
from operate.core.errors import RefusedError

if TYPE_CHECKING:
    from host.bucket.record import AppBucket
    from host.restore.facts import SetAside, SetAsideList
    from host.schema.model import LeftOver
    from operate.server.ssh import Connection
    from operate.stack.outputs import Stack

GROUP = "Delete (asks first)"


def drop_data(
    app: Annotated[str, typer.Argument(help="Name of the leftover data, as listed by ./petbase kept.", metavar="NAME")],
    *,
    safety_dump: Annotated[bool, typer.Option("--safety-dump/--no-safety-dump", help="Make a dump first.")] = True,
    yes: options.Yes = False,
    i_know: Annotated[
        str | None, typer.Option("--i-know", help="The name again; required with --yes.", metavar="NAME")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Delete leftover data: a removed app's, or a restore's.

    It deletes the schema and role of an app that was removed (with the snapshots of its files), the bucket with its
    files, or the data or folder that a restore replaced; each has its own name in ./petbase kept. It refuses while an
    app of that name is in the stack file or linked, while another app uses the schema, and if something outside the
    schema would be lost with it. You type the name, and a dump is made first. (Files and a database that a restore
    replaced are not part of any dump, so none is made.)

    [bold]Examples[/bold]
      ./petbase drop-data oldapp
      ./petbase drop-data "db before 2026-11-22 18:30:05"
      ./petbase drop-data oldapp --yes --i-know oldapp
    """
    import shlex

    from host.link.drop_data import DropData
    from host.restore.set_aside import DropSetAside
    from operate.dumps.safety_dump import make_safety_dump
    from operate.files import drop
    from operate.schemas import set_aside
    from operate.server import program
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    if yes and i_know != app:
        raise RefusedError(
            f"--yes drops data without a question, so it needs the name again: --i-know {shlex.quote(app)}"
        )
    chosen = pulumi_cli.read(stack)
    if app in chosen.apps:
        raise RefusedError(
            f"{app} is an app of the stack {chosen.name}, so its data is in use. To remove the app, take it out of the "
            "stack file and run pulumi up; its data stays until you come back here."
        )
    connection = connect(chosen, identity)
    seen = set_aside.fetch(chosen, connection)
    aside = set_aside.find(seen, app)
    if app in (one.path for one in seen.folders):
        set_aside.drop_folder(chosen, connection, app, yes=yes)
        return
    bucket = None if aside else _bucket(chosen, connection, app)
    if bucket:
        drop.drop(chosen.name, connection, bucket, yes=yes)
        return
    if aside:
        _show_aside(chosen, aside)
    else:
        _show(chosen, _kept(chosen, connection, seen, app))
    if not yes:
        confirm.type_name(app, "drop it for good", f"In a script: --yes --i-know {shlex.quote(app)}")
    dumped = safety_dump and not (aside and aside.kind == "database")
    key = make_safety_dump(chosen, connection) if dumped else None
    if aside:
        program.call(chosen, connection, DropSetAside(chosen.service, app), on_step=terminal.note)
    else:
        program.call(chosen, connection, DropData(app, service=chosen.service), on_step=terminal.note)
    terminal.result(f"The data of {app} is gone.")
    if key:
        terminal.note(f"It is still in the dump {key}, until that expires.")


def _bucket(stack: "Stack", connection: "Connection", name: str) -> "AppBucket | None":
    """The bucket of that name whose app has gone; a schema of the same name goes first."""
    from operate.files import kept
    from operate.schemas import listing

    users = [app for app, one in stack.buckets.items() if one.name == name]
    if users:
        raise RefusedError(
            f"{name} is the bucket of {users[0]}, so its files are in use; nothing was dropped. First take it out of "
            "the stack file and run pulumi up."
        )
    found = next((one for one in kept.buckets(stack, connection) if one.name == name), None)
    if found and name in (one.role for one in listing.schemas(stack, connection).left_over):
        return None
    return found


def _kept(stack: "Stack", connection: "Connection", seen: "SetAsideList", app: str) -> "LeftOver":
    from operate.files import kept
    from operate.schemas import listing

    there = listing.schemas(stack, connection)
    found = {one.role: one for one in there.left_over}
    if app in found:
        return found[app]
    if app in there.linked:
        raise RefusedError(f"{app} is linked to {stack.service}, so its data is in use; nothing was dropped.")
    for schema in there.schemas:
        if app in (schema.name, *schema.users) and schema.users:
            raise RefusedError(f"{' and '.join(schema.users)} uses the schema {schema.name}; nothing was dropped.")
    if app in (old.name for old in seen.old_services):
        raise RefusedError(
            f"{app} is a separate service with the data from before an upgrade; nothing was dropped. "
            f"If it may go: ./petbase upgrade-database --drop-old --stack {stack.name}"
        )
    buckets = [one.name for one in kept.buckets(stack, connection)]
    names = [*found, *(one.name for one in seen.set_aside), *(one.path for one in seen.folders), *buckets]
    raise RefusedError(f'Nothing was kept of "{app}"; kept were: {", ".join(names) or "none"}.')


def _show_aside(stack: "Stack", one: "SetAside") -> None:
    from operate.schemas.set_aside import since

    what = f"{', '.join(one.parts)}, {terminal.size(one.bytes)}, of {times.with_local_time(since(one))}"
    terminal.note(f"{stack.service} on {stack.name} loses {what}")
    if one.kind == "database":
        terminal.note("No dump holds it: dumps are of the live database.")


def _show(stack: "Stack", one: "LeftOver") -> None:
    tables = terminal.counted(one.tables, "table")
    schemas = f"the schema{'s' if len(one.schemas) > 1 else ''} {', '.join(one.schemas)}"
    what = f"{schemas} with {tables}, {terminal.size(one.bytes)}, and the role {one.role}"
    terminal.note(f"{stack.service} on {stack.name} loses {what if one.schemas else f'the role {one.role}'}")
