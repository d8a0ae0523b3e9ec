"""`./petbase ssh`: a shell on the server."""

from typing import Annotated

import typer

from operate.core import options

GROUP = "Server"

# What follows the first word belongs to the command, options too.
SETTINGS = {"allow_interspersed_args": False, "ignore_unknown_options": True}


def ssh(
    command: Annotated[
        list[str] | None, typer.Argument(help="The command. Default: open a shell.", metavar="COMMAND...")
    ] = None,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Open a shell on the server, or run one command there.

    A single word is passed to the server's shell as a line. Several words are run as one command, each word as it is.
    The exit code is the command's own. A server with another host key than the stack's is refused.

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
