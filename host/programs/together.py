"""Questions side by side: each costs a tenth of a second or more, most of it waiting."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO, TypeVar

from host.programs.runner import Answer, Process, Runner, Stage

T = TypeVar("T")


def together(*tasks: Callable[[], T]) -> list[T]:
    """Run tasks side by side; their results in order. The first failure is raised when all have ended."""
    if not tasks:
        return []
    with ThreadPoolExecutor(len(tasks)) as pool:
        running = [pool.submit(task) for task in tasks]
    return [task.result() for task in running]


def limited(runner: Runner, programs: int) -> Runner:
    """The same runner, which runs at most so many programs at once, however many tasks ask."""
    return _LimitedRunner(runner, BoundedSemaphore(programs))


@dataclass
class _LimitedRunner:
    runner: Runner
    free: BoundedSemaphore

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        with self.free:
            return self.runner.run(words, stdin=stdin, env=env)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        with self.free:
            return self.runner.pipe(stages, stdin=stdin)

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        return self.runner.start(words, env=env)

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        with self.free:
            return self.runner.read(words, take, stdin=stdin)

    def has(self, program: str) -> bool:
        return self.runner.has(program)
