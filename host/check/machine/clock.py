"""The clock: schedules, certificates and the bucket's signatures need it. And cron, which makes the dumps by it."""

from host.check.findings import Findings
from host.server.machine import has_systemd, uptime

_STOPPED = ("inactive", "failed")
_BOOTED_SECONDS = 600
"""As long as a clock may take after a boot."""


def look_at_clock(found: Findings) -> None:
    """Whether the kernel's clock is synchronised, by whatever program (systemd-timesyncd, chrony, ntpd)."""
    if not has_systemd(found.host) or uptime(found.host) < _BOOTED_SECONDS:
        return
    answer = found.host.ask("timedatectl", "show", "--property", "NTPSynchronized", "--value")
    if answer.ok and answer.stdout.strip() == "no":
        found.problem("clock", "the server's clock is not synchronised. Look at: timedatectl timesync-status")


def look_at_cron(found: Findings) -> None:
    """Only systemd knows whether it runs; without it, cron runs this check too."""
    if has_systemd(found.host) and found.host.ask("systemctl", "is-active", "cron").stdout.strip() in _STOPPED:
        found.problem("cron", "cron does not run, so nothing starts a dump. On the server: systemctl enable --now cron")
