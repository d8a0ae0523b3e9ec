"""restic where deleting may be refused: it ends when its snapshot is there, and not when its own lock is gone.

`backup` makes a lock whatever it is told (also with --no-lock, in every release), and 0.14 tries to remove it eleven
times, which takes a minute and a half. A lock that is left stops nothing: backups share theirs, and what reads the
second store makes none.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Timer

from host.files.repository.restic import WORKS_SECONDS, Repository
from host.programs.runner import Answer

_PATIENCE_SECONDS = 3
"""For a store that does delete."""


def run_until(repository: Repository, mark: str, *words: str, folder: str) -> Answer:
    """Run restic, whose work is done with the line of its output that holds `mark`."""
    line = repository.words(repository.url, *words, limit=WORKS_SECONDS, read=[folder])
    process = repository.host.start(*line, env=repository.bucket.environment)
    lines = [text := process.read_line()]
    while text and mark not in text:
        lines.append(text := process.read_line())
    # A program that has not come that far is waited for.
    with _ended_by(repository.end_container) if text else nullcontext():
        answer = process.finish()
    return Answer(answer.code, "\n".join([*lines, answer.stdout]), answer.stderr)


@contextmanager
def _ended_by(end: Callable[[], None]) -> Iterator[None]:
    timer = Timer(_PATIENCE_SECONDS, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        # The next one has a container of the same name.
        timer.join()
