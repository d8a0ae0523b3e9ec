"""The server itself: its disk, and the certificates of its apps."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from host.check.findings import Findings
from host.core.limits import CERTIFICATE_DAYS, DISK_PERCENT
from host.system.disk import disk_of
from host.watch.settings import folder

_DAY = 86_400


def look_at_disk(found: Findings) -> None:
    """The fuller one of the disks that hold Dokku's data and Petbase's state; mostly they are one."""
    paths = (found.host.path("/var/lib/dokku"), found.host.state.path(folder(found.service)))
    found.disk_percent = max(disk_of(path).used_percent for path in paths)
    if found.disk_percent >= DISK_PERCENT:
        found.problem(f"the disk is {found.disk_percent} % full. Look at: df --human-readable")


def look_at_certificates(found: Findings) -> None:
    """Every certificate of every app."""
    for file in sorted(found.host.path("/home/dokku").glob("*/tls/server.crt")):
        app = file.parent.parent.name
        days = _days_left(found, file)
        if days is None or days < CERTIFICATE_DAYS:
            found.problem(f"the certificate of {app} ends within {CERTIFICATE_DAYS} days, or cannot be read")
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
