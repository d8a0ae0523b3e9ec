"""A folder in memory for what tests write: PostgreSQL and the sandbox's hosts make and remove thousands of files.

On a disk a fifth of such a test's CPU time is the file system looking for free inodes.
"""

from __future__ import annotations

import os
from pathlib import Path

_SHARED = Path("/dev/shm")
_NEEDED = 8 * 2**30


def folder() -> Path | None:
    """Where to write, if this machine has such a folder with room; programs must be able to start from it.

    Docker gives a container 64 MB there, from which nothing can be started.
    """
    try:
        state = os.statvfs(_SHARED)
    except FileNotFoundError:
        return None
    room = min(state.f_bavail * state.f_frsize, _available())
    fits = room >= _NEEDED and not state.f_flag & os.ST_NOEXEC and os.access(_SHARED, os.W_OK)
    return _SHARED if fits else None


def _available() -> int:
    """Bytes of memory that programs may still take, by the kernel's estimate."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        name, value = line.split(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    return 0
