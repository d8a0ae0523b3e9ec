"""A visitor of the sandbox's apps: finds the host's ports on this machine, and checks the certificate there."""

import http.client
import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

_SECONDS = 10
_FOUND = 302


def address(url: str, http_port: int) -> str:
    """A stack's URL as it answers on this machine. HTTPS is the port beside (sandbox/host/address.py)."""
    return f"{url}:{http_port + 1 if url.startswith('https:') else http_port}"


def put(url: str, body: bytes) -> int:
    """PUT to an address that the store itself answers to, as a phone does; the status."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", body)
        return connection.getresponse().status
    finally:
        connection.close()


def ask(folder: Path, url: str, body: str | None = None) -> tuple[int, bytes]:
    """GET, or POST with a body: the status and what came. ssl.SSLError for a certificate that the sandbox's CA has not
    signed, that has ended, or that is for another name.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=_SECONDS)
    host = parts.hostname or ""
    if parts.scheme == "https":
        # By hand: not every resolver takes NAME.localhost for this machine, as browsers and curl do.
        plain = socket.create_connection(("127.0.0.1", parts.port or 0), _SECONDS)
        trusting = ssl.create_default_context(cafile=str(folder / "cloud" / "origin-ca.pem"))
        connection.sock = trusting.wrap_socket(plain, server_hostname=host)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        headers = {"Host": parts.netloc, "Accept": "application/json"}
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        where = answer.getheader("location")
        return ask(folder, where) if answer.status == _FOUND and where else (answer.status, answer.read())
    finally:
        connection.close()
