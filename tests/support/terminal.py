"""A person at a terminal: reads until something stands there, and types."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Sequence

_SECONDS = 30.0


class Person:
    """Sits at a terminal on which `words` run."""

    def __init__(self, words: Sequence[str]) -> None:
        self._end, theirs = pty.openpty()
        # Without a size psql takes every answer for longer than the screen, and its pager eats what is typed next.
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._process = subprocess.Popen(
            words,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  the tests have one thread here
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(theirs)
        self._seen = ""

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._end)
        self._process.kill()
        self._process.wait()

    def sees(self, text: str) -> None:
        """Wait until `text` stands there, after what was seen before."""
        deadline = time.monotonic() + _SECONDS
        while text not in self._seen:
            assert self._read(deadline), f"{text!r} never came; there was {self._seen!r}"
        self._seen = self._seen.partition(text)[2]

    def types(self, line: str) -> None:
        os.write(self._end, f"{line}\n".encode())

    def ends(self) -> int:
        """The exit code, once it has ended."""
        deadline = time.monotonic() + _SECONDS
        while self._read(deadline):
            pass
        return self._process.wait(timeout=_SECONDS)

    def _read(self, deadline: float) -> bool:
        """Whether anything came in time; False at the end."""
        if not select.select([self._end], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        try:
            self._seen += os.read(self._end, 65536).decode(errors="replace")
        except OSError:  # the other end is closed: Linux says EIO
            return False
        return True


def _take_terminal() -> None:
    """The standard input becomes the session's own terminal, so that closing it hangs up."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
