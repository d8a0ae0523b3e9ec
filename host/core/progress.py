"""What a person hears who waits: how far the work is, once a second, and how long it took the last time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from urllib.parse import quote

from host.core.command import Command
from host.core.host import Host
from host.programs.beside import beside

_SECONDS = 1.0


def progress_of(host: Host, measure: Callable[[], int]) -> AbstractContextManager[None]:
    """Send `measure()`, bytes, to the client once a second for the length of a block; one that fails is left out."""

    def report() -> None:
        with suppress(OSError, ValueError):
            host.out.progress(bytes=measure())

    return beside(report, _SECONDS)


@contextmanager
def timed(host: Host, command: Command) -> Iterator[None]:
    """Tell how long the last such run took, and note how long this one takes. One that fails is not noted."""
    note, began = note_of(command), host.now()
    if not note:
        yield
        return
    last = (host.state.read(note) or {}).get("seconds")
    if isinstance(last, (int, float)):
        host.out.last_run(last)
    yield
    # A full disk is told by others.
    with suppress(OSError):
        host.state.write(note, seconds=max(0, round(host.now() - began)))


def note_of(command: Command) -> str:
    """Where the length of such a run is noted; "" for what is quick."""
    values = vars(command)
    words = [word for part in command.timed if (word := part.format(**values))]
    return f"services/{values['service']}/took/{quote('-'.join(words), safe='')}" if words else ""
