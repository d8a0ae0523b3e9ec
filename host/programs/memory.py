"""Text as an open file, for a program that reads it: it is on no disk, and in no pipe that could fill up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_memory(text: str) -> Iterator[int]:
    """The file's descriptor, from which the text can be read."""
    with os.fdopen(os.memfd_create("petbase"), "w+b") as file:
        file.write(text.encode())
        file.seek(0)
        yield file.fileno()
