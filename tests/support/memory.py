"""A folder in memory for what tests write: PostgreSQL and the sandbox's hosts make and remove thousands of files.

On a disk a fifth of such a test's CPU time is the file system looking for free inodes.
"""

import os
from pathlib import Path

from host.core.host import Host
from host.server.machine import memory_of

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
    room = min(state.f_bavail * state.f_frsize, memory_of(Host("tests")).available)
    fits = room >= _NEEDED and not state.f_flag & os.ST_NOEXEC and os.access(_SHARED, os.W_OK)
    return _SHARED if fits else None
