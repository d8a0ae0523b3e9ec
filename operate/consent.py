"""What a verb wants before it touches data: a typed name, and a dump to go back to."""

import tempfile
from pathlib import Path

from operate import dumps, say
from operate.errors import RefusedError
from operate.outputs import Stack
from operate.ssh import Connection
from operate.store import Store


def need_app(stack: Stack, app: str) -> None:
    """RefusedError unless the stack has this app."""
    if app not in stack.apps:
        known = ", ".join(stack.apps) or "none"
        raise RefusedError(f'The stack {stack.name} has no app "{app}"; it has: {known}.')


def typed(name: str, purpose: str, otherwise: str) -> None:
    """A person types `name`, or RefusedError: `otherwise` says how a script answers."""
    answer = say.ask(f"Type {name} to {purpose}")
    if answer is None:
        raise RefusedError(f"Nobody answered, so nothing was touched. {otherwise}")
    if answer != name:
        raise RefusedError(f'"{answer}" is not {name}; nothing was touched.')


def safety_dump(stack: Stack, connection: Connection) -> str:
    """A dump now, read back; its key. RefusedError while backups are paused: then only --no-safety-dump goes on."""
    what = say.working(f"making a safety dump of {stack.service}")
    with what, Store(stack) as store, tempfile.TemporaryDirectory(prefix="petbase-") as folder:
        key = dumps.make(stack, connection, store, Path(folder)).dump.key
    say.note(f"safety dump: {key}")
    return key
