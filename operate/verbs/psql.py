"""`./petbase psql`: SQL on the shared database."""

import sys
from typing import Annotated

import typer

from operate import options


def psql(
    command: Annotated[
        str | None, typer.Option("--command", "-c", help="SQL to run instead of a prompt.", metavar="SQL")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """psql on the shared database, as its superuser.

    A prompt where a person sits at the terminal; otherwise it runs what comes on stdin. It stops at the first error in
    the SQL, which is exit code 1. An app's own role is what its DATABASE_URL says: ./petbase url APP.

    [bold]Examples[/bold]
      ./petbase psql
      ./petbase psql -c 'SELECT count(*) FROM fruits.fruits'
      ./petbase psql < report.sql
    """
    from components.dokku import shell
    from operate import stack as stacks
    from operate.errors import RefusedError
    from operate.ssh import connect

    if command is not None and not command.strip():
        raise RefusedError("--command holds no SQL.")
    chosen = stacks.read(stack)
    line = shell.line("dokku", "postgres:connect", chosen.service)
    tty = command is None and sys.stdin.isatty()
    code = connect(chosen, identity).attach(line, tty=tty, text=command)
    raise typer.Exit(1 if code else 0)
