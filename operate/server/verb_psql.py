"""`./petbase psql`: SQL on the shared database."""

import sys
from typing import Annotated

import typer

from operate.core import options
from operate.core.errors import RefusedError

GROUP = "Data"


def psql(
    *,
    command: Annotated[
        list[str] | None,
        typer.Option("--command", "-c", help="SQL to run instead of opening a prompt; can be repeated.", metavar="SQL"),
    ] = None,
    app: Annotated[
        str | None, typer.Option("--app", "-a", help="Connect as this app: its role, its schema.", metavar="APP")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Allow only reading transactions, to guard against accidents.")
    ] = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Run psql as the superuser or as an app.

    Opens a prompt in a terminal; otherwise it runs the SQL on standard input. It stops at the first error, with exit
    code 1. With --app it has that app's rights: it connects with the app's own DATABASE_URL, whose password stays on
    the server. --read-only guards against accidents only: a script can turn it off.

    [bold]Examples[/bold]
      ./petbase psql
      ./petbase psql --app fruits -c 'SELECT count(*) FROM fruits'
      ./petbase psql --read-only < report.sql
    """
    from host.link.psql import OpenPsql
    from operate.server import program
    from operate.server.ssh import reach

    if command and not all(sql.strip() for sql in command):
        raise RefusedError("--command holds no SQL.")
    # A semicolon on a separate line ends what has none, and a meta-command too.
    text = "\n;\n".join(command) if command else None
    chosen, connection = reach(stack, identity, app)
    tty = text is None and sys.stdin.isatty()
    opened = OpenPsql(service=chosen.service, app=app or "", read_only=read_only, tty=tty)
    code = connection.attach(program.raw_line(chosen, connection, opened), tty=tty, text=text)
    raise typer.Exit(1 if code else 0)
