"""`./petbase drop-data`: the only command that deletes leftover data."""

from typing import Annotated

import typer

from operate.core import options
from operate.core.errors import RefusedError

GROUP = "Delete (asks first)"


def drop_data(
    app: Annotated[str, typer.Argument(help="Name of the leftover data, as listed by ./petbase kept.", metavar="NAME")],
    *,
    safety_dump: options.SafetyDump = True,
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

    from operate.files import drop
    from operate.schemas import dropping, set_aside
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
    bucket = None if aside else dropping.bucket_of_no_app(chosen, connection, app)
    if bucket:
        drop.drop(chosen.name, connection, bucket, yes=yes)
        return
    found = aside or dropping.left_over(chosen, connection, seen, app)
    dropping.drop(chosen, connection, app, found, yes=yes, safety_dump=safety_dump)
