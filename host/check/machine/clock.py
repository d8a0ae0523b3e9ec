"""The clock: schedules, certificates and the bucket's signatures need it."""

from host.check.findings import Findings
from host.server.machine import has_systemd, uptime

_BOOTED_SECONDS = 600
"""As long as a clock may take after a boot."""


def look_at_clock(found: Findings) -> None:
    """Whether the kernel's clock is synchronised, by whatever program (systemd-timesyncd, chrony, ntpd)."""
    if not has_systemd(found.host) or uptime(found.host) < _BOOTED_SECONDS:
        return
    answer = found.host.ask("timedatectl", "show", "--property", "NTPSynchronized", "--value")
    if answer.ok and answer.stdout.strip() == "no":
        found.problem("clock", "the server's clock is not synchronised. Look at: timedatectl timesync-status")
