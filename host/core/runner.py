"""Runs programs from lists of words. Nothing in `host/` starts a program in any other way."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, cast

_STDERR_KEPT = 65_536  # bytes


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


class SystemRunner:
    """The real runner. A child holds neither the connection to the client nor a lock, so it cannot keep them open."""

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        """See Runner."""
        # Memory instead of pipes: a verb may leave a child in the background that keeps its output open (seen), and a
        # pipe would not end before that child does.
        with _in_memory() as stdout, _in_memory() as stderr:
            try:
                done = subprocess.run(
                    list(words),
                    input=stdin.encode(),
                    stdout=stdout,
                    stderr=stderr,
                    env={**os.environ, **(env or {})},
                    check=False,
                )
            except FileNotFoundError:
                return Answer(127, "", f"{words[0]}: not found\n")
            return Answer(done.returncode, _content(stdout), _content(stderr))

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        """See Runner."""
        running: list[_Piped] = []
        source: int | None = stdin
        for stage in stages:
            piped = _Piped(stage, source)
            if source is not None and source != stdin:
                os.close(source)
            running.append(piped)
            source = piped.out
        assert source is not None
        with os.fdopen(source, "rb") as last:
            output = last.read().decode("utf-8", "replace")
        answers = [piped.answer() for piped in running]
        answers[-1] = Answer(answers[-1].code, output, answers[-1].stderr)
        return answers

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        """See Runner."""
        return _Started(words, env or {})

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        """See Runner."""
        with _in_memory() as source, _in_memory() as stderr:
            source.write(stdin.encode())
            source.seek(0)
            with subprocess.Popen(list(words), stdin=source, stdout=subprocess.PIPE, stderr=stderr) as process:
                assert process.stdout
                take(cast(BinaryIO, process.stdout))
            return Answer(process.returncode, "", _content(stderr))

    def has(self, program: str) -> bool:
        """See Runner."""
        return shutil.which(program) is not None


def _in_memory() -> BinaryIO:
    return os.fdopen(os.memfd_create("output"), "w+b")


def _content(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


class _Piped:
    """A stage as it runs. A thread moves its output on and drains it once the next stage is gone."""

    def __init__(self, stage: Stage, source: int | None) -> None:
        self._process = subprocess.Popen(
            list(stage.words),
            stdin=subprocess.DEVNULL if source is None else source,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **stage.env},
            bufsize=0,
        )
        self.out, write = os.pipe()
        self._stderr = bytearray()
        self._threads = [_thread(self._forward, write), _thread(self._keep_stderr)]

    def _forward(self, write: int) -> None:
        assert self._process.stdout
        broken = False
        while chunk := os.read(self._process.stdout.fileno(), 1 << 16):
            if not broken:
                try:
                    _write_all(write, chunk)
                except BrokenPipeError:
                    broken = True
        os.close(write)

    def _keep_stderr(self) -> None:
        assert self._process.stderr
        while chunk := os.read(self._process.stderr.fileno(), 1 << 16):
            self._stderr += chunk
            del self._stderr[:-_STDERR_KEPT]

    def answer(self) -> Answer:
        for thread in self._threads:
            thread.join()
        code = self._process.wait()
        for stream in (self._process.stdout, self._process.stderr):
            if stream:
                stream.close()
        return Answer(code, "", self._stderr.decode("utf-8", "replace"))


class _Started:
    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            encoding="utf-8",
            env={**os.environ, **env},
        )

    def write(self, text: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def read_line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().rstrip("\n")

    def finish(self) -> Answer:
        stdout, stderr = self._process.communicate()
        return Answer(self._process.returncode, stdout, stderr)

    def kill(self) -> None:
        self._process.kill()
        self.finish()


def _thread(target: Callable[..., None], *args: int) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
