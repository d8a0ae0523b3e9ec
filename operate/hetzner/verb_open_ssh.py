"""`./petbase open-ssh`: lets one address in over SSH, for a run that is not in `server.ssh-from`."""

from typing import Annotated

import typer

from operate.core import options, terminal

GROUP = "Server"

For = Annotated[
    str | None, typer.Option("--for", help="The address. Default: this machine's public address.", metavar="ADDRESS")
]


def open_ssh(*, address: For = None, stack: options.Stack = None) -> None:
    """Let an address reach SSH until ./petbase close-ssh.

    For CI machines, whose addresses change. A second firewall is added beside the stack's, through Hetzner's API. It
    does nothing if server.ssh-from allows the address already. It works only for a server that Petbase created.

    [bold]Examples[/bold]
      ./petbase open-ssh --stack prod
      ./petbase open-ssh --stack prod --for 203.0.113.7
    """
    from operate.hetzner import api as hetzner_api
    from operate.hetzner import ssh_firewall
    from operate.stack import stack_files

    name = stack_files.chosen(stack)
    server = ssh_firewall.server_of(name)
    if server.host:
        terminal.note(f"{server.host} was not made by Petbase, so who comes in is settled where you rent it.")
        return
    if all(network in server.ssh_from for network in ("0.0.0.0/0", "::/0")):
        terminal.note("Nothing to open: server.ssh-from lets everybody in.")
        return
    found = ssh_firewall.parse(address)
    if ssh_firewall.is_let_in(server, found):
        terminal.note(f"Nothing to open: server.ssh-from lets {found} in.")
        return
    with hetzner_api.opened(name) as account:
        opened = ssh_firewall.Openings(name, account).open(found, server.ssh_port)
    if opened:
        terminal.note(
            f"SSH to {opened} is open for {found}. To close it: ./petbase close-ssh --stack {name} --for {found}"
        )
    else:
        terminal.note(f"The stack {name} has no server yet. The first pulumi up must come from within server.ssh-from.")
