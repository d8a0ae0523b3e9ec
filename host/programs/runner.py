"""What runs programs from lists of words. Nothing in `host/` starts a program in any other way (system_runner.py)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Answer:
    """How a program ended: its exit code and what it printed."""

    code: int = 0
    stdout: str = ""
    stderr: str = ""

    @property
    def ok(self) -> bool:
        """Whether it exited with 0."""
        return self.code == 0

    @property
    def output(self) -> str:
        """Both streams, standard output first."""
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Stage:
    """One program of a pipeline. `env` is added to the environment, so that secrets are not among the words."""

    words: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)


class Process(Protocol):
    """A program that runs beside this one; text goes in line by line."""

    def write(self, text: str) -> None:
        """Send text to its standard input."""

    def read_line(self) -> str:
        """The next line of its standard output, without the line break; "" when it has ended."""

    def finish(self) -> Answer:
        """Close its standard input and wait for it."""

    def kill(self) -> None:
        """End it at once."""


class Runner(Protocol):
    """What the commands need of the system. Tests put a recorder in its place."""

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        """Run one program and wait for it. Its standard input is `stdin`, and never this program's own."""

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        """Run the stages side by side, each one's output into the next. `stdin` is a file descriptor for the first.

        An Answer per stage; only the last one's standard output is kept. Each stage drains its input even where the
        next one failed, so the first failure is the cause.
        """

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        """Start a program that runs beside this one."""

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        """Run a program whose standard output is too much to keep: `take` reads it as it comes, and to its end."""

    def has(self, program: str) -> bool:
        """Whether there is a program of that name."""
