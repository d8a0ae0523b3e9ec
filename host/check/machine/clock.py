"""The clock: schedules, certificates and the bucket's signatures need it. And cron, which makes the dumps by it."""

from host.check.findings import Findings
from host.server.machine import has_systemd, uptime

_CRON = ("show", "cron", "--property", "ActiveState", "--property", "ActiveEnterTimestampMonotonic")
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
    """Whether it runs, and by the time zone that the server has now."""
    if not has_systemd(found.host):
        return
    answer = found.host.ask("systemctl", *_CRON)
    told = dict(line.split("=", 1) for line in answer.stdout.split())
    if answer.ok and told.get("ActiveState") != "active":
        found.problem("cron", "cron does not run, so nothing starts a dump. On the server: systemctl enable --now cron")
        return
    zone, began = found.host.path("/etc/localtime"), int(told.get("ActiveEnterTimestampMonotonic", "0")) / 1_000_000
    if began and zone.is_symlink() and found.now - uptime(found.host) + began < zone.lstat().st_mtime:
        text = "the time zone was set after cron was started, which runs schedules by the one before until it restarts"
        found.problem("cron zone", f"{text}. On the server: systemctl restart cron")
