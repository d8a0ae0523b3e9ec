"""What went wrong on a connection to the server, or behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from operate.core.errors import PetbaseError, tail
from operate.stack.outputs import Server

# What ssh says of a connection that never was; of one that ends it says something else, or nothing.
_NEVER_WAS = re.compile(r"^(ssh: |kex_exchange_identification|Connection (closed|reset|timed out))", re.MULTILINE)


class RemoteError(PetbaseError):
    """A command on the server failed. `said` is the end of its output, passwords in URLs masked."""

    def __init__(self, what: str, returncode: int, said: str) -> None:
        self.returncode, self.said = returncode, said
        super().__init__(f"{what} failed on the server ({returncode}): {said}")


class ConnectionCutError(PetbaseError):
    """The connection failed, or was cut: a script that was sent ends on the server without it."""


@contextmanager
def ends_without_us(what: str) -> Iterator[None]:
    """The block's connection may be cut, or Ctrl-C end it: `what` says what becomes of the work, and where to look."""
    try:
        yield
    except (ConnectionCutError, KeyboardInterrupt) as problem:
        raise PetbaseError(f"{str(problem) or 'It was interrupted here.'} {what}") from None


def connection_problem(server: Server, said: str) -> str:
    """Why there is no connection, by what ssh said, and what to do."""
    if "verification failed" in said or "IDENTIFICATION HAS CHANGED" in said:
        return (
            f"{server.name} shows another host key than the stack's, so nothing was sent. If the server was "
            "replaced, run pulumi up; if not, someone may be intercepting the connection."
        )
    if "Permission denied" in said:
        return (
            f"{server.name} refuses your keys. Load the right one (ssh-add FILE) or name it: --identity FILE; "
            "the keys that open it are server.authorized-keys in the stack file."
        )
    if not _NEVER_WAS.search(said):
        return f"The connection to {server.name} was cut."
    why = tail(said, 3)
    return f"{server.name} cannot be reached: {why}. Is the server running, and may your address use its SSH port?"
