"""What `ps` would show to anyone while something runs."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE_SECONDS = 0.02


@contextmanager
def watched() -> Iterator[set[str]]:
    """The command line of every process of this machine, sandbox hosts' too, for the length of the block."""
    seen: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_PAUSE_SECONDS):
            with os.scandir("/proc") as entries:
                for name in [entry.name for entry in entries if entry.name.isdecimal()]:
                    with suppress(OSError):
                        seen.add(_line(name))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def _line(process: str) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
