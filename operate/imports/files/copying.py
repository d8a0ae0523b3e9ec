"""All files of a plan into the bucket, several at once; one that does not come does not stop the others."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from operate.core.errors import PetbaseError
from operate.imports.files.items import ChangedError, LeftOut, Source
from operate.imports.files.plan import Copy
from operate.imports.files.target import FileRefusedError, Target
from operate.imports.files.unfinished import Unfinished
from operate.imports.files.upload import Moved, Sending

_AT_ONCE = 8


class _StoppedError(Exception):
    """Another file met an error that is all files'."""


@dataclass(frozen=True)
class Copying:
    """The course of it. `done` came, `failed` did not, each with the reason."""

    source: Source
    target: Target
    unfinished: Unfinished
    moved: Moved
    done: list[Copy] = field(default_factory=list)
    failed: list[LeftOut] = field(default_factory=list)
    stop: Event = field(default_factory=Event)

    def run(self, copies: Sequence[Copy]) -> None:
        """PetbaseError where a store refuses or is gone; what came by then is in the bucket."""
        todo = deque(copies)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            workers = [pool.submit(self._work, todo) for _ in range(_AT_ONCE)]
            try:
                for worker in workers:
                    worker.result()
            finally:
                self.stop.set()

    def _work(self, todo: "deque[Copy]") -> None:
        while todo and not self.stop.is_set():
            try:
                self._one(todo.popleft())
            except IndexError:  # another worker had the last one
                return
            except _StoppedError:
                return
            except PetbaseError:
                self.stop.set()
                raise

    def _one(self, copy: Copy) -> None:
        try:
            Sending(self.source, self.target, copy, self.unfinished, self._moved).run()
            self.done.append(copy)
        except ChangedError:
            self.failed.append(LeftOut(copy.file.key, "changed or removed in the source while it was copied"))
        except FileRefusedError as problem:
            self.failed.append(LeftOut(copy.file.key, str(problem)))
        except OSError as problem:
            self.failed.append(LeftOut(copy.file.key, f"cannot be read ({problem.strerror})"))

    def _moved(self, count: int) -> None:
        self.moved(count)
        if self.stop.is_set():
            raise _StoppedError
