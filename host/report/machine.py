"""The machine: its clock, disk and memory, and whether updates want a restart."""

from __future__ import annotations

import time

from host.core import files
from host.core.errors import HostError
from host.core.fact import fact
from host.core.host import Host
from host.report.model.doctor import MachineReport, Memory
from host.system.disk import disk_of

_MEMORY = ("MemTotal", "MemAvailable", "SwapTotal", "SwapFree")


def report_machine(host: Host) -> MachineReport:
    """Everything about the machine, without starting a program."""
    return MachineReport(
        now=int(host.now()),
        zone=time.strftime("%z"),
        disk=fact(host, lambda: disk_of(host.path("/var/lib/dokku"))),
        memory=fact(host, lambda: _memory(files.read(host.path("/proc/meminfo")))),
        restart_wanted=host.path("/var/run/reboot-required").exists(),
    )


def _memory(text: str) -> Memory:
    """Of lines such as `MemTotal:  4039288 kB`."""
    kibibytes = {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in text.splitlines()) if rest}
    try:
        return Memory(*(int(kibibytes[name]) * 1024 for name in _MEMORY))
    except (KeyError, ValueError):
        raise HostError("/proc/meminfo does not say how much memory there is. Look at: free") from None
