"""`./petbase adopt`: the stack file of a server that was set up by hand."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from operate.core import terminal
from operate.core.errors import RefusedError

if TYPE_CHECKING:
    from operate.adopt.stack_file import Adoption
    from operate.server.ssh import Connection

GROUP = "Set up"


def adopt(
    target: Annotated[
        str, typer.Argument(help="The server, and root or a user who may use sudo.", metavar="USER@HOST")
    ],
    *,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            "--identity",
            "-i",
            envvar="PETBASE_IDENTITY",
            help="Private key for the server. Default: your SSH agent and your keys.",
            metavar="FILE",
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", "--ssh-port", help="The server's SSH port.", min=1, max=65535)] = 22,
    host_key: Annotated[
        str | None, typer.Option(help="The server's host key, which you have compared.", metavar="LINE")
    ] = None,
    service: Annotated[str | None, typer.Option(help="The PostgreSQL service, if there are several.")] = None,
    domain: Annotated[str | None, typer.Option(help="Dokku's global domain, if none is set.")] = None,
    write: Annotated[str | None, typer.Option(help="Write the file Pulumi.NAME.yaml.", metavar="NAME")] = None,
) -> None:
    """Describe a server you set up by hand as a stack file.

    Reads the server over one connection and changes nothing there. Copies no secrets: only the names of variables, and
    which database each URL points to. Running pulumi up with the file as written changes nothing on the server either.
    Whatever the file cannot express, and whatever it leaves out, is in it as a comment. If HCLOUD_TOKEN and
    CLOUDFLARE_API_TOKEN are set, the ids of what belongs to the server are looked up in your accounts.

    [bold]Examples[/bold]
      ./petbase adopt root@203.0.113.10
      ./petbase adopt root@203.0.113.10 --service db --write prod
    """
    from operate.adopt import account_inventory, new_stack_file, server_inventory, stack_file
    from operate.adopt.stack_file import Adoption

    file = new_stack_file.path_for_new(write) if write else None
    connection = _connection(target, port, host_key, key)
    with terminal.working(f"looking at {connection.server.address}"):
        found = server_inventory.fetch(connection)
        names = [*(name for app in found.apps for name in app.domains), *found.domains]
        owned = account_inventory.fetch(connection.server.address, [key.fingerprint for key in found.keys], names)
    adoption = Adoption(connection.server, found, server_inventory.chosen(found, service), domain, write, owned)
    text = stack_file.text(adoption)
    if file is None:
        terminal.result(text.rstrip("\n"))
    else:
        new_stack_file.write(file, text)
        terminal.result(f"Wrote {file.name}.")
    _note(adoption, write)


def _connection(target: str, port: int, host_key: str | None, key: Path | None) -> "Connection":
    from operate.adopt import host_keys, prompts
    from operate.server.ssh import Connection
    from operate.stack.outputs import Server

    user, _, host = target.rpartition("@")
    address = prompts.asked("USER@HOST", "", host, prompts.address)
    if not address:
        raise RefusedError(f'"{target}" names no server; as in root@203.0.113.10')
    if key is not None and not key.expanduser().is_file():
        raise RefusedError(f"There is no key file {key}; --key names a private key.")
    line = host_keys.confirmed_host_key(address, port, host_key)
    return Connection(Server(address, address, user or "root", port, line), key.expanduser() if key else None)


def _note(adoption: "Adoption", stack: str | None) -> None:
    """What comes next, on stderr."""
    name = stack or "NAME"
    terminal.note("")
    for sentence in adoption.owned.said:
        terminal.note(sentence)
    if adoption.missing:
        terminal.note(f"To fill in: {adoption.missing}")
    terminal.note("Next:")
    if stack is None:
        terminal.note("  ./petbase adopt … --write NAME")
    terminal.note(f"  pulumi stack init {name}")
    terminal.note(
        f"  pulumi config set --secret petbase:sshPrivateKey --stack {name} < KEY   # or an SSH agent with the key"
    )
    terminal.note(f"  pulumi up --stack {name}     # docs/adopting.md")
