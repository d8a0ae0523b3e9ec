"""How long the machine has been up."""

from __future__ import annotations

from host.core import files
from host.core.host import Host


def uptime(host: Host) -> float:
    """Seconds since the boot; 0 where the kernel does not say."""
    return float((files.read(host.path("/proc/uptime")).split() or ["0"])[0])
