"""Calls commands of the program on the server (host/) over SSH, with JSON lines back."""

import json
import shlex
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from components.dokku import install, program
from host.core import stdin as host_stdin
from host.core.command import GUARDED, RAW, Command, words
from operate.core import terminal
from operate.core.errors import PetbaseError
from operate.server.connection.errors import RemoteError
from operate.server.ssh import Connection
from operate.stack.outputs import Stack

OTHER_RELEASE, NOT_FOUND = 3, 127

Step = Callable[[str], None]
Progress = Callable[[dict[str, Any]], None]


class CommandFailedError(PetbaseError):
    """The command failed on the server. `reason` is its sentence, `tail` the end of what a program printed before,
    `cause` the word for what may be done next (HostError). `result` is what it found by then, None for nothing.
    """

    def __init__(self, reason: str, tail: Sequence[str] = (), cause: str = "", result: Any = None) -> None:
        self.reason, self.tail, self.cause, self.result = reason, tuple(tail), cause, result
        super().__init__("\n".join([reason, *(f"  {line}" for line in tail)]))

    def to_repeat(self, again: str) -> PetbaseError:
        """The same for work of many steps, with the command line that repeats it."""
        lines = [f"It stopped: {self.reason.rstrip('.')}.", *(f"  {line}" for line in self.tail)]
        return PetbaseError("\n".join([*lines, f"To repeat it: {again}"]))


@dataclass
class _Reader:
    """Takes the program's lines as they come."""

    on_step: Step
    on_progress: Progress
    result: Any = None
    error: CommandFailedError | None = None
    other: list[str] = field(default_factory=list)

    def __call__(self, line: str) -> None:
        found: Any = None
        with suppress(ValueError):
            found = json.loads(line)
        if not isinstance(found, dict):
            self.other.append(line)
        elif "step" in found:
            self.on_step(found["step"])
        elif "progress" in found:
            self.on_progress(found["progress"])
        elif "last_run" in found:
            terminal.tell_last_run(found["last_run"])
        elif "error" in found:
            self.error = CommandFailedError(found["error"], found.get("tail", ()), found.get("cause", ""))
        else:
            self.result = found.get("result")


def call(
    stack: Stack,
    connection: Connection,
    command: Command,
    *,
    secrets: Sequence[str] = (),
    on_step: Step = lambda _: None,
    on_progress: Progress = lambda _: None,
) -> Any:
    """Run a command on the stack's server; its result. CommandFailedError with the command's own sentence.

    The server's program must be of this checkout's release. Where it is another, or missing, this checkout's own copy
    is put beside it and used instead, for this call: nothing that `pulumi up` installed is changed.
    """
    text = host_stdin.text(stack.server.id, 1, secrets) if command.stdin == GUARDED else ""
    reader = _Reader(on_step, on_progress)
    code = connection.stream(line(stack, command), text, reader)
    if code in (OTHER_RELEASE, NOT_FOUND):
        _bring(stack, connection)
        reader = _Reader(on_step, on_progress)
        code = connection.stream(line(stack, command, beside=True), text, reader)
    return _ended(reader, command, code)


def call_without_stack(connection: Connection, command: Command) -> Any:
    """Run a command that needs nothing on its standard input on a server that belongs to no stack; its result.

    The program is sent along and removed afterwards: one connection, and the server stays as it was.
    """
    reader = _Reader(lambda _: None, lambda _: None)
    with program.built().open("rb") as archive:
        code = connection.stream(install.run_once(words(command)), archive, reader)
    return _ended(reader, command, code)


def line(stack: Stack, command: Command, *, beside: bool = False, as_json: bool = True) -> str:
    """The line that runs a command of exactly this checkout's release, or its copy beside the installed one."""
    path = program.beside_on_server(stack.name) if beside else program.path_on_server(stack.name)
    expected = [] if beside else ["--expect", program.digest()]
    return shlex.join([path, *(["--json"] if as_json else []), *expected, *words(command)])


def raw_line(stack: Stack, connection: Connection, command: Command) -> str:
    """The line of a command whose standard input is bytes or a person, after making sure that the release is there."""
    assert command.stdin == RAW
    check = shlex.join([program.path_on_server(stack.name), "--expect", program.digest()])
    beside = connection.stream(check, "", lambda _: None) in (OTHER_RELEASE, NOT_FOUND)
    if beside:
        _bring(stack, connection)
    return line(stack, command, beside=beside, as_json=False)


def _ended(reader: _Reader, command: Command, code: int) -> Any:
    if reader.error:
        reader.error.result = reader.result
        raise reader.error
    if code:
        raise RemoteError(f"{command.noun} {command.verb}", code, "; ".join(reader.other[-6:]) or "no output")
    return reader.result


@cache
def _say_which() -> None:
    """Once, also where a verb asks the server several things."""
    terminal.note("The server runs another release of Petbase; this command uses the release of your checkout.")


def _bring(stack: Stack, connection: Connection) -> None:
    _say_which()
    connection.pour("bringing the program", install.bring_beside(stack.name), [program.archive()])
