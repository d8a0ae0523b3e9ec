"""`./petbase ssh`: a shell on the server."""

from typing import Annotated

import typer

from operate.core import options

# What follows the first word belongs to the command, options too.
SETTINGS = {"allow_interspersed_args": False, "ignore_unknown_options": True}


def ssh(
    command: Annotated[
        list[str] | None, typer.Argument(help="What to run there; none: a shell.", metavar="COMMAND...")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """A shell on the server, or one command there.

    One word is a line for the server's shell; several words are a command, each taken as it is. Ends with the exit code
    of the command. The host key is the stack's own: another machine at that address is refused.

    [bold]Examples[/bold]
      ./petbase ssh
      ./petbase ssh dokku apps:list
      ./petbase ssh 'dokku logs fruits | tail -n 5'
    """
    from components.dokku import shell
    from operate.server.ssh import connect, interactive
    from operate.stack import pulumi_cli

    words = command or []
    line = words[0] if len(words) == 1 else shell.line(*words)
    code = connect(pulumi_cli.read(stack), identity).attach(line, tty=not words or interactive(), root=False)
    raise typer.Exit(code)
