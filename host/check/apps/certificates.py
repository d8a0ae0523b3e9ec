"""Does the certificate of every app last for a while yet?"""

from host.certificate.shown import end_of
from host.check.findings import Findings
from host.core import files
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
            _look_at_names(found, app, str(file))


def _look_at_names(found: Findings, app: str, file: str) -> None:
    """A browser, and Cloudflare in Full (strict), takes a certificate for the names in it alone."""
    names = files.read(found.host.path(f"/home/dokku/{app}/VHOST")).split()
    for name in (one for one in names if "*" not in one):
        said = found.host.ask("openssl", "x509", "-noout", "-checkhost", name, "-in", file).stdout
        if "does NOT match" in said:
            found.problem(
                f"certificate {app} {name}",
                f"the certificate of {app} is not for {name}. Look at: dokku certs:report {app}",
            )


def _days_left(found: Findings, app: str) -> int | None:
    try:
        return (end_of(found.host, app) - found.now) // _DAY
    except HostError:
        return None
