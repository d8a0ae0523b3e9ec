"""`./petbase close-ssh`: takes back what `./petbase open-ssh` opened."""

from typing import Annotated

import typer

from operate import options
from operate.verbs.open_ssh import For


def close_ssh(
    *,
    address: For = None,
    older_than: Annotated[
        int | None,
        typer.Option(help="Whatever was opened that long ago, for whomever.", metavar="MINUTES", min=0),
    ] = None,
    stack: options.Stack = None,
) -> None:
    """Take back what ./petbase open-ssh opened.

    Safe to run always and again. With --older-than it closes what runs that were killed have left.

    [bold]Examples[/bold]
      ./petbase close-ssh --stack prod
      ./petbase close-ssh --stack prod --older-than 120
    """
    from operate import hetzner, openings, say
    from operate import stack as stacks

    name = stacks.chosen(stack)
    if openings.server_of(name).host:
        say.note("Nothing to close: the server was not made by Petbase.")
        return
    with hetzner.opened(name) as account:
        of_stack = openings.Openings(name, account)
        closed = of_stack.close(openings.parse(address)) if older_than is None else of_stack.close_older(older_than)
    for one in closed:
        say.note(f"closed: {one}")
    if not closed:
        say.note("Nothing was open.")
