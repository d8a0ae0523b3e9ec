"""The machine under Dokku: how much memory it has, how long it is up, what runs its services."""

from __future__ import annotations

from dataclasses import dataclass

from host.core import files
from host.core.errors import HostError
from host.core.host import Host

_NAMES = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")


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
        return Memory(*(int(kibibytes[name]) * 1024 for name in _NAMES))
    except (KeyError, ValueError):
        raise HostError("/proc/meminfo does not say how much memory there is. Look at: free") from None


def uptime(host: Host) -> float:
    """Seconds since the boot; 0 where the kernel does not say."""
    return float((files.read(host.path("/proc/uptime")).split() or ["0"])[0])


def has_systemd(host: Host) -> bool:
    """Whether systemd runs this server (sd_booted(3)). In a container systemctl may be there and start nothing."""
    return host.path("/run/systemd/system").is_dir()
