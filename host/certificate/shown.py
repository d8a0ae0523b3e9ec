"""The certificate that an app shows, and whether Petbase put it there.

The state begins with "making" while at it, holds the digest of what was put there afterwards, or says that the plugin
dokku-letsencrypt renews it. Whatever else an app shows was there before, or was put there by somebody since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from host.core.host import Host
from host.core.ownership import claim
from host.dokku.apps import require_dokku

MAKING, MADE, LETS_ENCRYPT = "making", "made", "letsencrypt"


@dataclass(frozen=True)
class Mark:
    """What Petbase knows of an app's certificate; `how` is "" where it put none there."""

    how: str = ""
    digest: str = ""

    def covers(self, digest: str) -> bool:
        """Whether a certificate with this digest is Petbase's."""
        return self.how in (MAKING, LETS_ENCRYPT) or (self.how == MADE and self.digest == digest)


def claimed_mark(host: Host, app: str) -> Mark:
    """What is known of the certificate. HostError where the app is another stack's, or where Dokku does not answer."""
    claim(host, f"apps/{app}")
    require_dokku(host)
    found = host.state.read(_state(app)) or {}
    return Mark(str(found.get("how", "")), str(found.get("digest", "")))


def record(host: Host, app: str, how: str, digest: str = "") -> None:
    """Write down where the app's certificate came from."""
    host.state.write(_state(app), how=how, digest=digest)


def forget(host: Host, app: str) -> None:
    """Remove what is written down."""
    host.state.remove(_state(app))


def shown_certificate(host: Host, app: str) -> str:
    """The certificate that the app shows, as PEM; "" for none."""
    if host.dokku("certs:report", app, "--ssl-enabled").strip() != "true":
        return ""
    return host.dokku("certs:show", app, "crt")


def shown_key(host: Host, app: str) -> str:
    """The private key that belongs to it. It is hidden in all output from here on."""
    key = host.dokku("certs:show", app, "key")
    host.out.hide(key)
    return key


def digest_of(certificate: str) -> str:
    """The SHA-256 of a PEM text, in hex."""
    return hashlib.sha256(certificate.encode()).hexdigest()


def _state(app: str) -> str:
    return f"apps/{app}/certificate"
