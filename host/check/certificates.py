"""The certificates of the server's apps, and the clock: schedules, certificates and the bucket's signatures need it."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from host.check.findings import Findings
from host.system.machine import has_systemd, uptime
from host.watch.limits import CERTIFICATE_DAYS

_DAY = 86_400
_BOOTED_SECONDS = 600
"""As long as a clock may take after a boot."""


def look_at_certificates(found: Findings) -> None:
    """Every certificate of every app."""
    for file in sorted(found.host.path("/home/dokku").glob("*/tls/server.crt")):
        app = file.parent.parent.name
        days = _days_left(found, file)
        if days is None or days < CERTIFICATE_DAYS:
            text = f"the certificate of {app} ends within {CERTIFICATE_DAYS} days, or cannot be read"
            found.problem(f"certificate {app}", text)
        if days is not None:
            found.certificates[app] = days


def _days_left(found: Findings, file: Path) -> int | None:
    words = ("openssl", "x509", "-noout", "-enddate", "-in", str(file))
    answer = found.host.ask(*words, env={"LC_ALL": "C"})
    text = " ".join(answer.stdout.strip().removeprefix("notAfter=").split())
    try:
        ends = datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return int(ends.timestamp() - found.now) // _DAY


def look_at_clock(found: Findings) -> None:
    """Whether the kernel's clock is synchronised, by whatever program (systemd-timesyncd, chrony, ntpd)."""
    if not has_systemd(found.host) or uptime(found.host) < _BOOTED_SECONDS:
        return
    answer = found.host.ask("timedatectl", "show", "--property", "NTPSynchronized", "--value")
    if answer.ok and answer.stdout.strip() == "no":
        found.problem("clock", "the server's clock is not synchronised. Look at: timedatectl timesync-status")
