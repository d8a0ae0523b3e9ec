"""The machine: its clock, disk and memory, and whether updates want a restart."""

from __future__ import annotations

import time

from host.core.fact import fact
from host.core.host import Host
from host.report.model.doctor import MachineReport
from host.system.disk import fuller_disk
from host.system.memory import memory_of


def report_machine(host: Host) -> MachineReport:
    """Everything about the machine, without starting a program."""
    return MachineReport(
        now=int(host.now()),
        zone=time.strftime("%z"),
        disk=fact(host, lambda: fuller_disk(host)),
        memory=fact(host, lambda: memory_of(host)),
        restart_wanted=host.path("/var/run/reboot-required").exists(),
    )
