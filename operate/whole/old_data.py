"""The data that an upgrade leaves: whose of it must not come along, and its end."""

from collections.abc import Collection, Sequence

from host.core.errors import HostError
from host.restore.facts import OldService
from host.upgrade.named import OPTION, names, require_no_only_copy
from host.upgrade.report import DropOld
from operate.core import confirm, terminal
from operate.core.errors import RefusedError
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def named(stack: Stack, apps: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """The names of data that apps stand for: one that shares a schema has none of its own. RefusedError for others."""
    schemas = {name: one.schema for name, one in stack.apps.items()}
    found = tuple(dict.fromkeys(app if app in known else schemas.get(app, app) for app in apps))
    if unknown := [name for name in found if name not in known]:
        there = ", ".join(known) or "none"
        raise RefusedError(f'{OPTION} "{unknown[0]}": no data of that name; nothing was changed. There is: {there}')
    return found


def drop(stack: Stack, connection: Connection, old: Sequence[OldService], apps: Sequence[str], *, yes: bool) -> None:
    """Delete the old services for good, after a question. RefusedError where one has the only copy of the data of an
    app that is not named.
    """
    if not old:
        raise RefusedError(f"No upgrade of {stack.service} left old data; nothing was dropped.")
    only = sorted(names(*(verdict for one in old for verdict in one.held_back)))
    wanted = named(stack, apps, only)
    try:
        for one in old:
            require_no_only_copy(one.name, one.held_back, wanted)
    except HostError as problem:
        raise RefusedError(str(problem)) from None
    for one in old:
        terminal.note(
            f"{one.name} holds the data from before an upgrade, in PostgreSQL {one.version}. No dump of now holds it."
        )
        held = names(*one.held_back)
        if held:
            terminal.note(
                f"It has the only copy of the data of {', '.join(verdict.name for verdict in one.held_back)}."
            )
        if not yes:
            confirm.type_name(one.name, "drop it for good", "In a script: --yes")
        going = tuple(name for name in wanted if name in held)
        program.call(stack, connection, DropOld(one.name, hold_back=going), on_step=terminal.note)
        terminal.result(f"{one.name} is gone.")
