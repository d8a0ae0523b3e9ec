"""`./petbase psql`: SQL on the shared database."""

import sys
from typing import Annotated

import typer

from operate.core import options


def psql(
    *,
    command: Annotated[
        list[str] | None,
        typer.Option("--command", "-c", help="SQL to run instead of a prompt; several in turn.", metavar="SQL"),
    ] = None,
    app: Annotated[
        str | None, typer.Option("--app", "-a", help="As this app: its role, its schema.", metavar="APP")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Transactions that only read; against slips, not against intent.")
    ] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """psql on the shared database, as its superuser or as an app.

    A prompt where a person sits at the terminal; otherwise it runs what comes on stdin. It stops at the first error in
    the SQL, which is exit code 1. With --app it is what that app may do, by the app's own DATABASE_URL, whose password
    stays on the server.

    [bold]Examples[/bold]
      ./petbase psql
      ./petbase psql --app fruits -c 'SELECT count(*) FROM fruits'
      ./petbase psql --read-only < report.sql
    """
    from components.dokku import shell, verbs
    from operate.core.errors import RefusedError
    from operate.server.ssh import connect
    from operate.stack import pulumi_cli

    if command and not all(sql.strip() for sql in command):
        raise RefusedError("--command holds no SQL.")
    # A line of its own between them ends what has no semicolon, and a meta-command too.
    text = "\n;\n".join(command) if command else None
    chosen = pulumi_cli.read(stack)
    if app is not None:
        chosen.require_app(app)
    tty = text is None and sys.stdin.isatty()
    if app or read_only:
        line = verbs.psql(chosen.service, app, read_only=read_only, tty=tty)
    else:
        line = shell.line("dokku", "postgres:connect", chosen.service)
    code = connect(chosen, identity).attach(line, tty=tty, text=text)
    raise typer.Exit(1 if code else 0)
