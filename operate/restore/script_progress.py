"""The lines of an upgrade's script as they come."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from components.dokku.shell import Script
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.core.progress import bytes_moving
from operate.server.ssh import Connection, ConnectionCutError, RemoteError
from operate.stack.outputs import Stack


@dataclass
class Done:
    """What a script told. `old` is where the data is that was live before; `steps` are seconds, by what was done."""

    told: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, float]] = field(default_factory=list)

    @property
    def old(self) -> str | None:
        """The dated name of what was live; None where nothing was."""
        return self.told.get("old")


def follow(stack: Stack, connection: Connection, script: Script, again: str) -> Done:
    """Send a script that changes the data, and show how far it is. A failure says what stands, and how to go on."""
    steps = _Steps(stack.service)
    with _told(stack, again), steps.shown():
        connection.follow(f"the work on {stack.service}", script, steps.seen)
    return steps.done


@contextmanager
def _told(stack: Stack, again: str) -> Iterator[None]:
    try:
        yield
    except RemoteError as problem:
        raise PetbaseError(f"It stopped: {_sentence(problem.said)}. To repeat it: {again}") from None
    except (ConnectionCutError, KeyboardInterrupt) as problem:
        why = str(problem) or "It was interrupted here."
        raise PetbaseError(
            f"{why} What was begun ends on the server by itself, and {stack.service} changes only when the dump is "
            f"whole there. Whether it did: ./petbase kept --stack {stack.name}. To repeat it: {again}"
        ) from None


def _sentence(said: str) -> str:
    return said.rstrip(".")


class _Steps:
    """The lines of a script as they come: those with an @ are for the program, a bar stands while a database grows."""

    def __init__(self, service: str) -> None:
        self._at, self._began = 0, time.monotonic()
        self._bar = ExitStack()
        self._moved: Callable[[int], None] | None = None
        self._service = service
        self.done = Done()

    @contextmanager
    def shown(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._bar.close()
        self._end_step()

    def seen(self, line: str) -> None:
        """One line. What is neither is the tail of a failure, which its error tells."""
        key, _, value = line.partition(" ")
        if key == "@progress":
            self._progress(int(value))
        elif key.startswith("@"):
            self.done.told[key[1:]] = value
        elif line.startswith(f"{self._service}: "):
            self._bar.close()
            self._moved = None
            self._end_step()
            self.done.steps.append((line, 0.0))
            terminal.note(line)

    def _end_step(self) -> None:
        now = time.monotonic()
        if self.done.steps:
            text, _ = self.done.steps[-1]
            self.done.steps[-1] = (text, round(now - self._began, 1))
        self._began = now

    def _progress(self, at: int) -> None:
        if self._moved is None:
            self._moved = self._bar.enter_context(bytes_moving("into the database", None))
            self._at = 0
        self._moved(max(0, at - self._at))
        self._at = max(at, self._at)
