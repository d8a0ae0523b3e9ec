"""Which certificate the router shows: the one that `certs:add` left with the app whose name the client asks for.

Read anew whenever the file changed, so a new certificate counts at once. A pair that does not match is never shown:
the handshake fails. There is no default certificate, and no redirect from HTTP, since the ports are the sandbox's own.
"""

import ssl
from collections.abc import Callable
from pathlib import Path

HOME = Path("/home/dokku")
_NO_SUCH_NAME = ssl.AlertDescription.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


class Certificates:
    """One TLS context per app, chosen by server name; `app_of` tells the app behind a name."""

    def __init__(self, app_of: Callable[[str], str | None], home: Path = HOME) -> None:
        self._app_of, self._home = app_of, home
        self._known: dict[Path, tuple[float, ssl.SSLContext]] = {}

    def context(self) -> ssl.SSLContext:
        """For the listening socket."""
        listening = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        listening.sni_callback = self._choose
        return listening

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        app = self._app_of((name or "").lower())
        try:
            found = self._of(app) if app else None
        except ssl.SSLError:
            found = None
        if found is None:
            return _NO_SUCH_NAME
        connection.context = found
        return None

    def _of(self, app: str) -> ssl.SSLContext | None:
        certificate = self._home / app / "tls/server.crt"
        if not certificate.exists():
            return None
        written = certificate.stat().st_mtime
        if self._known.get(certificate, (0.0,))[0] != written:
            own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            own.load_cert_chain(certificate, certificate.with_suffix(".key"))
            self._known[certificate] = (written, own)
        return self._known[certificate][1]
