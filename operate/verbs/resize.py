"""`./petbase resize`: the server gets the type that the stack file says, and its power back."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from operate import options

if TYPE_CHECKING:
    from operate.hetzner import Machine
    from operate.outputs import Stack
    from operate.resizing import Change


def resize(
    *,
    safety_dump: Annotated[
        bool, typer.Option("--safety-dump/--no-safety-dump", help="Dump the database before.")
    ] = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Give the server the type that the stack file says.

    Everything on the server stands still meanwhile. A dump is made, the server shuts down, pulumi up changes its type,
    and it is powered on: pulumi up alone would pull the plug and leave it off. Then this waits until SSH, Dokku and
    PostgreSQL answer. Cut off anywhere, it is finished by the same command; a server that is off is powered on.

    [bold]Examples[/bold]
      ./petbase resize
      ./petbase resize --stack staging --yes
    """
    from operate import consent, deploy, hetzner, resizing, say, waiting
    from operate import stack as stacks
    from operate.errors import PetbaseError
    from operate.ssh import connect

    chosen = stacks.read(stack)
    connection = connect(chosen, identity)
    with hetzner.opened(chosen.name) as account:
        job = resizing.Resize(chosen.name, chosen.server.id, account, deploy.of(chosen.name))
        machine, change = job.plan()
        key = None
        if change:
            _show(chosen, change)
            if not yes:
                consent.typed(chosen.name, "stop its server for this", "In a script: --yes")
            if safety_dump and machine.runs:
                key = consent.safety_dump(chosen, connection)
            elif safety_dump:
                say.note("The server is off, so no dump can be made now; its disk is not touched.")
        began = time.monotonic()
        try:
            if change:
                job.run(change)
            job.power(account.settled(chosen.server.id))
            waiting.until_it_answers(chosen, connection)
        except KeyboardInterrupt:
            raise PetbaseError(
                f"Interrupted; {machine.name} may be off. To finish it: ./petbase resize --stack {chosen.name}"
            ) from None
        seconds = time.monotonic() - began if change or not machine.runs else None
        _told(machine, account.machine(chosen.server.id), seconds, key)
    if change is None and machine.runs:
        say.note("Nothing was to be done. For another type: server.type in the stack file, then this again.")


def _show(stack: "Stack", change: "Change") -> None:
    """What will change and what stands still, on stderr."""
    from operate import say

    machine, kind = change.machine, change.kind
    say.note(f"server   {machine.name} on {stack.name}, {stack.server.address}")
    say.note(f"type     {machine.kind} becomes {kind}")
    if change.keeps_disk:
        say.note(f"disk     stays at {machine.disk} GB, so that every type with as much is a way back")
    else:
        say.note(f"disk     {machine.disk} GB becomes {change.disk} GB; there is no way back to a smaller one")
    say.note(f"stops    {', '.join([stack.service, *stack.apps])}, from the shutdown until they answer again")
    say.note(
        "         That takes minutes where Hetzner has room, and longer when it moves the disk; it promises no time."
    )


def _told(before: "Machine", after: "Machine", seconds: float | None, key: str | None) -> None:
    from operate import say

    changed = before.kind != after.kind
    rows = [("server", after.name), ("type", f"{before.kind} -> {after.kind}" if changed else str(after.kind))]
    rows.append(("disk", f"{before.disk} GB -> {after.disk} GB" if before.disk != after.disk else f"{after.disk} GB"))
    rows.append(("answers", "SSH, Dokku, PostgreSQL"))
    if seconds is not None:
        rows.append(("stood still", f"{seconds:.0f} s"))
    if key:
        rows.append(("dump", key))
    say.table(rows)
