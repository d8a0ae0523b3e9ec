"""Does the certificate of every app last for a while yet?"""

from host.certificate.shown import end_of
from host.check.findings import Findings
from host.core.errors import HostError
from host.watch.limits import CERTIFICATE_DAYS

_DAY = 86_400


def look_at_certificates(found: Findings) -> None:
    """Every certificate of every app."""
    for file in sorted(found.host.path("/home/dokku").glob("*/tls/server.crt")):
        app = file.parent.parent.name
        days = _days_left(found, app)
        if days is None or days < CERTIFICATE_DAYS:
            text = f"the certificate of {app} ends within {CERTIFICATE_DAYS} days, or cannot be read"
            found.problem(f"certificate {app}", text)
        if days is not None:
            found.certificates[app] = days


def _days_left(found: Findings, app: str) -> int | None:
    try:
        return (end_of(found.host, app) - found.now) // _DAY
    except HostError:
        return None
