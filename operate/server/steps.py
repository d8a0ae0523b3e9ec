"""Long work on the server, followed: a line for each step, a bar while bytes come, and what to do when it is cut."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from host.core.command import Command
from operate.core import terminal
from operate.core.progress import bytes_moving
from operate.server import program
from operate.server.connection.errors import ends_without_us
from operate.server.program import CommandFailedError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


@dataclass
class Done:
    """What a command found, and its steps with the seconds that each took."""

    result: Any = None
    steps: list[tuple[str, float]] = field(default_factory=list)


def follow(
    stack: Stack, connection: Connection, command: Command, again: str, *, what: str, secrets: Sequence[str] = ()
) -> Done:
    """Run a command that changes data, and show how far it is. A failure says what is live, and how to go on.

    `again` is the command line to repeat, `what` what grows while bytes are counted.
    """
    steps = _Steps(what)
    ends = (
        f"What was begun ends on the server by itself, and {stack.service} changes only when the dump is whole there. "
        f"Whether it did: ./petbase kept --stack {stack.name}. To repeat it: {again}"
    )
    try:
        with ends_without_us(ends), steps.shown():
            steps.done.result = program.call(
                stack,
                connection,
                command,
                secrets=secrets,
                on_step=steps.step,
                on_progress=lambda values: steps.progress(values["bytes"]),
            )
    except CommandFailedError as problem:
        raise problem.to_repeat(again) from None
    return steps.done


class _Steps:
    """A bar is shown while a step counts bytes."""

    def __init__(self, what: str) -> None:
        self._what, self._at, self._began = what, 0, time.monotonic()
        self._bar = ExitStack()
        self._moved: Callable[[int], None] | None = None
        self.done = Done()

    @contextmanager
    def shown(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._bar.close()
        self._end_step()

    def step(self, text: str) -> None:
        """The next step begins."""
        self._bar.close()
        self._moved = None
        self._end_step()
        self.done.steps.append((text, 0.0))
        terminal.note(text)

    def progress(self, at: int) -> None:
        """So many bytes are there."""
        if self._moved is None:
            self._moved = self._bar.enter_context(bytes_moving(self._what, None))
            self._at = 0
        self._moved(max(0, at - self._at))
        self._at = max(at, self._at)

    def _end_step(self) -> None:
        now = time.monotonic()
        if self.done.steps:
            text, _ = self.done.steps[-1]
            self.done.steps[-1] = (text, round(now - self._began, 1))
        self._began = now
