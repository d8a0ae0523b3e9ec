"""`./petbase resize`: the server gets the type that the stack file says, and its power back."""

import time
from typing import TYPE_CHECKING

from operate.core import confirm, options, terminal
from operate.core.errors import PetbaseError

if TYPE_CHECKING:
    from operate.hetzner.api import Machine
    from operate.hetzner.resize import Change
    from operate.server.ssh import Connection
    from operate.stack.outputs import Stack

GROUP = "Server"


def resize(
    *,
    safety_dump: options.SafetyDump = True,
    yes: options.Yes = False,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Change the server to the type in the stack file.

    Everything on the server is down meanwhile. A dump is made, the server shuts down, pulumi up changes its type, the
    server is powered on, and the command waits until SSH, Dokku and PostgreSQL respond. (Plain pulumi up would cut the
    power and leave the server off.) If it is interrupted, run it again; it also powers on a server that is off.

    [bold]Examples[/bold]
      ./petbase resize
      ./petbase resize --stack staging --yes
    """
    from operate.hetzner import api as hetzner_api
    from operate.hetzner import resize as resizing
    from operate.server import waiting
    from operate.server.ssh import reach
    from operate.stack import engine

    chosen, connection = reach(stack, identity)
    with hetzner_api.opened(chosen.name) as account:
        job = resizing.Resize(chosen.name, chosen.server.id, account, engine.of(chosen.name))
        machine, change = job.plan()
        key = None
        if change:
            _show(chosen, change)
            if not yes:
                confirm.type_name(chosen.name, "stop its server for this", "In a script: --yes")
            key = _dump(chosen, connection, machine) if safety_dump else None
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
        terminal.note("Nothing was to be done. For another type: server.type in the stack file, then this again.")


def _show(stack: "Stack", change: "Change") -> None:
    """What will change and what stops, on stderr."""
    machine, kind = change.machine, change.kind
    terminal.note(f"server   {machine.name} on {stack.name}, {stack.server.address}")
    terminal.note(f"type     {machine.kind} becomes {kind}")
    if change.keeps_disk:
        terminal.note(f"disk     stays at {machine.disk} GB, so that every type with as much is a way back")
    else:
        terminal.note(f"disk     {machine.disk} GB becomes {change.disk} GB; the disk cannot shrink again")
    terminal.note(f"stops    {', '.join([stack.service, *stack.apps])}, from the shutdown until they answer again")
    terminal.note(
        "         That takes minutes where Hetzner has room, and longer when it moves the disk; it promises no time."
    )


def _dump(stack: "Stack", connection: "Connection", machine: "Machine") -> str | None:
    """The key of a safety dump; None for a server that is off."""
    from operate.dumps.make import make_safety_dump

    if machine.runs:
        return make_safety_dump(stack, connection)
    terminal.note("The server is off, so no dump can be made now; its disk is not touched.")
    return None


def _told(before: "Machine", after: "Machine", seconds: float | None, key: str | None) -> None:
    changed = before.kind != after.kind
    rows = [("server", after.name), ("type", f"{before.kind} -> {after.kind}" if changed else str(after.kind))]
    rows.append(("disk", f"{before.disk} GB -> {after.disk} GB" if before.disk != after.disk else f"{after.disk} GB"))
    rows.append(("answers", "SSH, Dokku, PostgreSQL"))
    if seconds is not None:
        rows.append(("stood still", f"{seconds:.0f} s"))
    if key:
        rows.append(("dump", key))
    terminal.table(rows)
