"""The clock: schedules, certificates and the bucket's signatures need it. And cron, which makes the dumps by it."""

import re
from email.utils import parsedate_to_datetime

from host.check.findings import Findings, duration
from host.server.machine import has_systemd, uptime
from host.watch.limits import CLOCK_SECONDS

_DATE = re.compile(r"^date:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
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


def look_at_store_clock(found: Findings) -> None:
    """By the date in an answer of the store, whatever it answers: once it differs by a quarter of an hour, the store
    takes no signature of this server's.
    """
    if not found.settings.endpoint or found.settings.paused:
        return
    answer = found.host.ask("curl", "--silent", "--head", "--max-time", "10", found.settings.endpoint)
    if not (date := _DATE.search(answer.stdout)):
        return
    try:
        ahead = found.now - int(parsedate_to_datetime(date[1]).timestamp())
    except ValueError:
        return
    if abs(ahead) > CLOCK_SECONDS:
        text = f"the server's clock is {duration(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} the store's"
        found.problem("store clock", f"{text}, which refuses dumps from 15 minutes on. Look at: timedatectl")


def look_at_cron(found: Findings) -> None:
    """Only systemd knows whether it runs; without it, cron runs this check too."""
    if has_systemd(found.host) and found.host.ask("systemctl", "is-active", "cron").stdout.strip() in _STOPPED:
        found.problem("cron", "cron does not run, so nothing starts a dump. On the server: systemctl enable --now cron")
