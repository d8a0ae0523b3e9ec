"""How full a disk is, by the figure that df prints: what only root may still write is neither used nor free."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from host.core.host import Host


@dataclass(frozen=True)
class Disk:
    """Bytes, or inodes, of one file system. `free` is what anybody but root may still take."""

    used: int
    free: int

    @property
    def used_percent(self) -> int:
        """Rounded up, as df does."""
        total = self.used + self.free
        return -(-100 * self.used // total) if total else 0


def fuller_disk(host: Host) -> Disk:
    """The fuller one of the disks that hold Dokku's data and Petbase's state; mostly they are one."""
    return max(map(disk_of, _folders(host)), key=lambda one: one.used_percent)


def fuller_inodes(host: Host) -> Disk:
    """The same of their inodes, of which each file takes one."""
    return max(map(_inodes_of, _folders(host)), key=lambda one: one.used_percent)


def disk_of(path: Path) -> Disk:
    """The disk that a path is on."""
    found = os.statvfs(path)
    return Disk((found.f_blocks - found.f_bfree) * found.f_frsize, found.f_bavail * found.f_frsize)


def _inodes_of(path: Path) -> Disk:
    """A file system without a fixed number of inodes has none."""
    found = os.statvfs(path)
    return Disk(found.f_files - found.f_ffree, found.f_favail)


def _folders(host: Host) -> list[Path]:
    """A server that Petbase has not touched yet has no state."""
    state = host.state.folder
    return [host.path("/var/lib/dokku"), *([state] if state.exists() else [])]
