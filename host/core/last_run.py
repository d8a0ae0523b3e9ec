"""How long a command took the last time, for a person who waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote

from host.core.command import Command
from host.core.host import Host


@contextmanager
def timed(host: Host, command: Command) -> Iterator[None]:
    """Tell how long the last such run took, and note how long this one takes. One that fails is not noted."""
    if not command.wait_for:
        yield
        return
    note, began = command.wait_for, host.now()
    last = (host.state.read(note) or {}).get("seconds")
    if isinstance(last, (int, float)):
        host.out.last_run(last)
    yield
    # A full disk is told by others.
    with suppress(OSError):
        host.state.write(note, seconds=max(0, round(host.now() - began)))


def run_of(service: str, *words: str) -> str:
    """Where the length of such a run is noted."""
    return f"services/{service}/took/{quote('-'.join(filter(None, words)), safe='')}"
