"""What `ps` would show to anyone while something runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from host.programs.beside import beside

_PAUSE_SECONDS = 0.02


@contextmanager
def watched() -> Iterator[set[str]]:
    """The command line of every process of this machine, sandbox hosts' too, for the length of the block."""
    seen: set[str] = set()

    def look() -> None:
        with os.scandir("/proc") as entries:
            for name in [entry.name for entry in entries if entry.name.isdecimal()]:
                with suppress(OSError):
                    seen.add(_line(name))

    with beside(look, _PAUSE_SECONDS):
        yield seen


def _line(process: str) -> str:
    # Not by Path: hundreds are read fifty times a second.
    file = os.open(f"/proc/{process}/cmdline", os.O_RDONLY)
    try:
        return os.read(file, 1 << 20).replace(b"\0", b" ").decode(errors="replace")
    finally:
        os.close(file)
