"""Until a server that was off does its work again: SSH, Dokku, PostgreSQL, each said when it answers."""

import time
from collections.abc import Callable

from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.server import query
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

_SECONDS = 600.0
_PACE = 1.0


def until_it_answers(stack: Stack, connection: Connection, seconds: float = _SECONDS) -> None:
    """Return when a query is answered. PetbaseError, with the last reason, when that takes longer than `seconds`."""
    deadline = time.monotonic() + seconds
    _answers("SSH", deadline, lambda: connection.run("true"))
    _answers("Dokku", deadline, lambda: connection.run("dokku", "version"))
    _answers(f"PostgreSQL ({stack.service})", deadline, lambda: _query(stack, connection))


def _query(stack: Stack, connection: Connection) -> None:
    if query.rows(connection, stack.service, "SELECT 1, 'up';", 2) != [["1", "up"]]:
        raise PetbaseError(f"{stack.service} gave no answer to a query")


def _answers(what: str, deadline: float, ask: Callable[[], object]) -> None:
    while True:
        try:
            ask()
        except PetbaseError as problem:
            if time.monotonic() > deadline:
                raise PetbaseError(f"{what} does not answer: {problem}") from None
            time.sleep(_PACE)
        else:
            terminal.note(f"  {what} answers")
            return
