"""A folder on the server: what is in it, and whether it can be backed up."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from host.core.errors import HostError
from host.core.host import Host

_DEEPEST = 500
"""Python's own limit for what removes a folder is at a thousand."""


@dataclass(frozen=True)
class Content:
    """`entries` are files, folders, links and all else. `bytes` is what the files claim to hold."""

    entries: int
    bytes: int


def look(host: Host, path: str) -> Content:
    """Count what is in a folder. HostError where it is no folder, or claims to hold more than a disk has.

    An app may make a file of a terabyte that takes no room: restic would read zeros for hours, and nobody could put it
    back.
    """
    folder = host.path(path)
    try:
        found = folder.lstat()
    except FileNotFoundError:
        raise HostError(f"{path} is not there; make it, or run pulumi up again") from None
    if not stat.S_ISDIR(found.st_mode):
        raise HostError(f"{path} is not a folder, and only folders are backed up; change the mount")
    content, disk = _counted(folder, path), os.statvfs(folder)
    if content.bytes > (size := disk.f_blocks * disk.f_frsize):
        raise HostError(
            f"{path} has files of {content.bytes} bytes in all, and its disk only {size}: some of them are sparse. "
            "Remove them, or keep them in a folder that is not backed up"
        )
    return content


def _counted(folder: Path, path: str) -> Content:
    """By open folders, never by a path that the app may turn into a link meanwhile. What goes is not counted."""
    entries = size = 0
    for at, folders, files, here in os.fwalk(folder):
        if at.count("/") - str(folder).count("/") > _DEEPEST:
            raise HostError(f"{path} has folders that are nested {_DEEPEST} deep, which is too much. Remove them")
        entries += len(folders) + len(files)
        for name in files:
            try:
                found = os.stat(name, dir_fd=here, follow_symlinks=False)
            except OSError:
                continue
            size += found.st_size if stat.S_ISREG(found.st_mode) else 0
    return Content(entries, size)
