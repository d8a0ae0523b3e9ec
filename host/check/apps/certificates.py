"""Does the certificate of every app last for a while yet?"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from host.check.findings import Findings
from host.watch.limits import CERTIFICATE_DAYS

_DAY = 86_400


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
