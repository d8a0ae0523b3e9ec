"""How much memory the machine has, and how much of it is available."""

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
