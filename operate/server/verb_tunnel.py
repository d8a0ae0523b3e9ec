"""`./petbase tunnel`: the shared database on this machine's own 127.0.0.1, as one app."""

import sys
from typing import Annotated

import typer

from operate.core import options, terminal

GROUP = "Data"


def tunnel(
    app: options.App,
    port: Annotated[int, typer.Option(help="Local port on 127.0.0.1.", min=1024, max=65535)] = 15432,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Open a tunnel to the database for tools on this machine.

    Prints the app's DATABASE_URL for 127.0.0.1 on standard output. It leads to the app's live data, not to a copy.
    Other users of this machine can reach the port, but they need the password. Ctrl-C closes the tunnel.

    [bold]Examples[/bold]
      ./petbase tunnel fruits
      ./petbase tunnel fruits --stack staging --port 15433
    """
    from operate.server import tunnels
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity, app)
    there = tunnels.Tunnel(connection, chosen.service, app, port)
    url = there.url()
    with there.open() as ends:
        if sys.stdout.isatty():
            terminal.note("This is a secret: it opens the app's data.")
        terminal.result(f"DATABASE_URL={url}")
        sys.stdout.flush()
        terminal.note(f"127.0.0.1:{port} leads to {chosen.service} on {chosen.name}; Ctrl-C closes it.")
        ends()
    terminal.note("The tunnel is closed.")
