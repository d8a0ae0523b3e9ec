"""The server as a command sees it: programs to run, files, locks, state, and the client that reads the output."""

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, BinaryIO, NoReturn

from host.core import lock
from host.core.errors import HostError, ProgramError
from host.core.output import Output
from host.core.state import FOLDER, State
from host.programs.runner import Answer, Process, Runner, Stage
from host.programs.system_runner import SystemRunner

SERVICES_LOCK = "services"
"""Held by whatever writes to any database service or its links."""
PROXY_LOCK = "proxy"
"""Held by whatever makes Dokku rebuild nginx's configuration for a certificate."""


def scratch_lock(service: str) -> str:
    """The lock of all that makes or drops a service's throw-away databases: restores, drills, upgrades."""
    return f"scratch.{service}"


@dataclass
class Host:
    """`stack` is the stack that this program was installed for; `root` is / but in tests.

    `secrets` are those that came on standard input, by name; `stdin` is what a command reads whose input is bytes.
    `now` gives seconds since 1970.
    """

    stack: str
    runner: Runner = field(default_factory=SystemRunner)
    out: Output = field(default_factory=Output)
    root: Path = Path("/")
    secrets: Mapping[str, str] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time
    stdin: IO[bytes] = field(default_factory=lambda: sys.stdin.buffer)

    def __post_init__(self) -> None:
        self.state = State(self.path(FOLDER))
        self.out.hide(*self.secrets.values())

    def path(self, absolute: str) -> Path:
        """A path of the server."""
        return self.root / absolute.lstrip("/")

    def step(self, text: str) -> None:
        """Tell the client what is being done."""
        self.out.step(text)

    def ask(self, *words: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        """Run a program whose failure is an answer too."""
        return self.runner.run(words, stdin=stdin, env=env)

    def run(self, *words: str, stdin: str = "", env: Mapping[str, str] | None = None) -> str:
        """Run a program that must succeed; its standard output. ProgramError with the end of its output otherwise."""
        answer = self.ask(*words, stdin=stdin, env=env)
        if not answer.ok:
            raise ProgramError(f"{shlex.join(words)} failed with exit code {answer.code}", answer.output, answer.code)
        return answer.stdout

    def dokku(self, *words: str, stdin: str = "") -> str:
        """Run a verb of Dokku that must succeed; its standard output."""
        return self.run("dokku", *words, stdin=stdin)

    def limited(self, programs: int = 8) -> "Host":
        """The same host, which runs at most so many programs at once, however many tasks ask."""
        from host.programs.together import limited  # its thread pools take time to import, and few commands use them

        return replace(self, runner=limited(self.runner, programs))

    def impatient(self, seconds: float) -> "Host":
        """The same host, which kills programs of `ask` and `run` that take longer."""
        if type(self.runner) is not SystemRunner:
            return self
        return replace(self, runner=SystemRunner(seconds))

    def has(self, program: str) -> bool:
        """Whether the server has a program of that name."""
        return self.runner.has(program)

    def pipe(self, *stages: Stage, stdin: int | None = None) -> list[Answer]:
        """Run programs side by side, each one's output into the next; see Runner."""
        return self.runner.pipe(stages, stdin=stdin)

    def read(self, *words: str, take: Callable[[BinaryIO], None], stdin: str = "") -> Answer:
        """Run a program and let `take` read its standard output as it comes."""
        return self.runner.read(words, take, stdin=stdin)

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> Process:
        """Start a program that runs beside this one."""
        return self.runner.start(words, env=env)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock for the length of a block; waits up to 15 minutes for the run that holds it."""
        with lock.locked(self.path("/run/lock"), name, lambda: self.step(f"waiting for another run on {name}")):
            yield

    def replace_with(self, words: Sequence[str], env: Mapping[str, str] | None = None) -> NoReturn:
        """Become another program, with this one's standard input and terminal; `env` is added to the environment."""
        os.execvpe(words[0], list(words), {**os.environ, **(env or {})})

    def check_disk(self) -> None:
        """HostError where the disk takes no file any more: a command that began could not write down what it did."""
        probe = self.state.path(f"probe+{os.getpid()}")
        try:
            probe.parent.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"." * 4096)
            probe.unlink()
        except OSError as problem:
            probe.unlink(missing_ok=True)
            raise HostError(
                f"{probe.parent} takes no file ({problem.strerror}); nothing was done. Look at: df --human-readable"
            ) from None
