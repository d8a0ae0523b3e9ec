"""Programs side by side, each one's output into the next, without a shell; and text as a file for the first."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from host.programs.runner import Answer, Stage

_STDERR_KEPT = 65_536  # bytes


def run(stages: Sequence[Stage], stdin: int | None) -> list[Answer]:
    """See Runner.pipe."""
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


def _thread(target: Callable[..., None], *args: int) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, daemon=True)
    thread.start()
    return thread


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


@contextmanager
def in_memory(text: str) -> Iterator[int]:
    """The file's descriptor, from which the text can be read."""
    with os.fdopen(os.memfd_create("petbase"), "w+b") as file:
        file.write(text.encode())
        file.seek(0)
        yield file.fileno()
