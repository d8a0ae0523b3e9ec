"""`./petbase close-ssh`: takes back what `./petbase open-ssh` opened."""

from typing import Annotated

import typer

from operate.core import options, terminal
from operate.hetzner.verb_open_ssh import For

GROUP = "Server"


def close_ssh(
    *,
    address: For = None,
    older_than: Annotated[
        int | None,
        typer.Option(help="Close everything that was opened that long ago, for any address.", metavar="MINUTES", min=0),
    ] = None,
    stack: options.Stack = None,
) -> None:
    """Close what ./petbase open-ssh opened.

    It is always safe to run. With --older-than it closes what interrupted runs have left open.

    [bold]Examples[/bold]
      ./petbase close-ssh --stack prod
      ./petbase close-ssh --stack prod --older-than 120
    """
    from operate.hetzner import api as hetzner_api
    from operate.hetzner import ssh_firewall
    from operate.stack import stack_files

    name = stack_files.chosen(stack)
    if ssh_firewall.server_of(name).host:
        terminal.note("Nothing to close: the server was not made by Petbase.")
        return
    with hetzner_api.opened(name) as account:
        of_stack = ssh_firewall.Openings(name, account)
        closed = of_stack.close(ssh_firewall.parse(address)) if older_than is None else of_stack.close_older(older_than)
    for one in closed:
        terminal.note(f"closed: {one}")
    if not closed:
        terminal.note("Nothing was open.")
