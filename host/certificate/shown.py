"""The certificate that an app shows, whether Petbase put it there, and a pair that is checked before Dokku sees it.

The state begins with "making" while at it, holds the digest of what was put there afterwards, or says that the plugin
dokku-letsencrypt renews it. Whatever else an app shows was there before, or was put there by somebody since.

Dokku installs a pair that does not match all the same, and then nginx starts for no app of the server any more
(contract 585-587). Neither text is ever written to a file by this program.
"""

import hashlib
import io
import tarfile
from dataclasses import dataclass
from datetime import datetime, timezone

from host.core.errors import HostError
from host.core.host import Host
from host.core.ownership import claim
from host.dokku.apps import require_dokku

MAKING, MADE, LETS_ENCRYPT = "making", "made", "letsencrypt"


@dataclass(frozen=True)
class Pair:
    """Both as PEM, each ending with a line break, so that the same text is the same file on the server."""

    certificate: str
    key: str

    @classmethod
    def of(cls, certificate: str, key: str) -> "Pair":
        """The pair of two texts as they came."""
        return cls(_as_file(certificate), _as_file(key))

    def check(self, host: Host, app: str) -> None:
        """HostError unless nginx can use it."""
        public = host.ask("openssl", "x509", "-noout", "-pubkey", stdin=self.certificate)
        if not public.ok:
            raise _refused(app, "the certificate cannot be read", public.stderr)
        # An empty passphrase: openssl must not ask for one.
        own = host.ask("openssl", "pkey", "-pubout", "-passin", "pass:", stdin=self.key)
        if not own.ok:
            reason = "the key cannot be read; one with a passphrase is of no use to nginx"
            raise _refused(app, reason, own.stderr)
        if public.stdout != own.stdout:
            raise _refused(app, "certificate and key do not belong together")
        if not host.ask("openssl", "x509", "-noout", "-checkend", "0", stdin=self.certificate).ok:
            raise _refused(app, f"the certificate ended on {self.end(host)}")

    def end(self, host: Host) -> str:
        """When the certificate ends, in openssl's words."""
        return host.run("openssl", "x509", "-noout", "-enddate", stdin=self.certificate).strip().partition("=")[2]

    def packed(self) -> str:
        """A tar of both, as `certs:add` reads it: exactly one .crt and one .key."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for name, text in (("server.crt", self.certificate), ("server.key", self.key)):
                entry = tarfile.TarInfo(name)
                entry.size = len(text.encode())
                entry.mode = 0o600
                archive.addfile(entry, io.BytesIO(text.encode()))
        return buffer.getvalue().decode()


def _as_file(text: str) -> str:
    return text.replace("\r\n", "\n").strip() + "\n"


def _refused(app: str, reason: str, tail: str = "") -> HostError:
    return HostError(f"apps.{app}.tls: {reason}; nothing was changed, {app} goes on as before", tail)


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


def end_of(host: Host, app: str) -> int:
    """When the certificate in Dokku's file for the app ends, in seconds of the epoch. HostError where it has none.

    OpenSSL writes `notAfter=Feb 20 03:00:00 2027 GMT`.
    """
    file = host.path(f"/home/dokku/{app}/tls/server.crt")
    text = host.run("openssl", "x509", "-noout", "-enddate", "-in", str(file)).strip()
    try:
        found = datetime.strptime(" ".join(text.removeprefix("notAfter=").split()), "%b %d %H:%M:%S %Y GMT")
    except ValueError:
        raise HostError(f'"{text}" is not the end of a certificate. Look at: dokku certs:report {app}') from None
    return int(found.replace(tzinfo=timezone.utc).timestamp())


def digest_of(certificate: str) -> str:
    """The SHA-256 of a PEM text, in hex."""
    return hashlib.sha256(certificate.encode()).hexdigest()


def _state(app: str) -> str:
    return f"apps/{app}/certificate"
