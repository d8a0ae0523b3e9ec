"""`./petbase open-ssh`: lets one address in over SSH, for a run that is not in `server.ssh-from`."""

from typing import Annotated

import typer

from operate.core import options

For = Annotated[
    str | None, typer.Option("--for", help="Default: this machine's, as the internet sees it.", metavar="ADDRESS")
]


def open_ssh(*, address: For = None, stack: options.Stack = None) -> None:
    """Let an address in over SSH until ./petbase close-ssh.

    For workflows, whose machines have another address each time. A firewall of its own is put beside the stack's, by
    Hetzner's API. It does nothing where server.ssh-from lets the address in already, and cannot help where the server
    was not made here, or is not made yet.

    [bold]Examples[/bold]
      ./petbase open-ssh --stack prod
      ./petbase open-ssh --stack prod --for 203.0.113.7
    """
    from operate.core import terminal
    from operate.hetzner import api as hetzner_api
    from operate.hetzner import ssh_firewall
    from operate.stack import pulumi_cli

    name = pulumi_cli.chosen(stack)
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
