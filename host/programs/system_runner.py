"""The runner that starts real programs."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, cast

from host.programs import pipeline
from host.programs.runner import Answer, Process, Stage


class SystemRunner:
    """A child holds neither the connection to the client nor a lock, so it cannot keep them open.

    `patience`: seconds after which a program that `run` started is killed; None for never.
    """

    def __init__(self, patience: float | None = None) -> None:
        self._patience = patience

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
                    timeout=self._patience,
                )
            except FileNotFoundError:
                return Answer(127, "", f"{words[0]}: not found\n")
            except subprocess.TimeoutExpired:
                return Answer(124, "", f"{words[0]} did not answer within {self._patience:.0f} seconds\n")
            return Answer(done.returncode, _content(stdout), _content(stderr))

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        """See Runner."""
        return pipeline.run(stages, stdin)

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        """See Runner."""
        return _Started(words, env or {})

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        """See Runner."""
        with pipeline.in_memory(stdin) as source, _in_memory() as stderr:
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


class _Started:
    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        # Memory instead of a pipe, which would fill while only the other one is read.
        self._stderr = _in_memory()
        self._answer: Answer | None = None
        self._process = subprocess.Popen(
            list(words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
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
        if self._answer is None:
            stdout, _ = self._process.communicate()
            with self._stderr:
                self._answer = Answer(self._process.returncode, stdout, _content(self._stderr))
        return self._answer

    def kill(self) -> None:
        self._process.kill()
        self.finish()
