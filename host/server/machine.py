"""The machine under Dokku: how full its disk is, how much memory it has, how long it is up, what runs its services."""

import os
from dataclasses import dataclass
from pathlib import Path

from host.core import files
from host.core.errors import HostError
from host.core.host import Host

_MEMORY = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")
"""The kernel's names of what `Memory` has, in its order."""


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


@dataclass(frozen=True)
class Memory:
    """Bytes, as the kernel counts them."""

    total: int
    available: int
    swap: int
    swap_free: int


def memory_of(host: Host) -> Memory:
    """By lines such as `MemTotal:  4039288 kB`. HostError where the kernel does not say."""
    lines = files.read(host.path("/proc/meminfo")).splitlines()
    kibibytes = {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in lines) if rest}
    try:
        return Memory(*(int(kibibytes[name]) * 1024 for name in _MEMORY))
    except (KeyError, ValueError):
        raise HostError("/proc/meminfo does not say how much memory there is. Look at: free") from None


def killed_for_memory(host: Host) -> int:
    """How many processes the kernel has ended for want of memory since the boot, in containers too."""
    counts = dict(line.split(maxsplit=1) for line in files.read(host.path("/proc/vmstat")).splitlines())
    return int(counts.get("oom_kill", "0"))


def read_only(host: Host) -> list[str]:
    """Which of the folders of Dokku's data and Petbase's state take no write, as after an error of the disk."""
    return [str(path) for path in _folders(host) if os.statvfs(path).f_flag & os.ST_RDONLY]


def uptime(host: Host) -> float:
    """Seconds since the boot; 0 where the kernel does not say."""
    return float((files.read(host.path("/proc/uptime")).split() or ["0"])[0])


def has_systemd(host: Host) -> bool:
    """Whether systemd runs this server (sd_booted(3)). In a container systemctl may be there and start nothing."""
    return host.path("/run/systemd/system").is_dir()
