"""A certificate with its key: checked before Dokku sees it, packed as Dokku wants it.

Dokku installs a pair that does not match all the same, and then nginx starts for no app of the server any more
(contract 585-587). Neither text is ever written to a file by this program.
"""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass

from host.core.errors import HostError
from host.core.host import Host


@dataclass(frozen=True)
class Pair:
    """Both as PEM, each ending with a line break, so that the same text is the same file on the server."""

    certificate: str
    key: str

    @classmethod
    def of(cls, certificate: str, key: str) -> Pair:
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
