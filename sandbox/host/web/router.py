"""The host's front door for HTTP and HTTPS: finds the app by the Host header, as nginx does on a real Dokku.

Routes come from a file that the Dokku stand-in rewrites; it is read for each connection, so a deploy counts at once.
One request per connection (`Connection: close`): a client that reuses one for another name would reach the wrong app.
"""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

from sandbox.host import paths
from sandbox.host.web.tls import Certificates

_HEAD_LIMIT = 65536
_CHUNK = 65536
_IDLE_SECONDS = 60
_REASONS = {400: "Bad Request", 404: "Not Found", 502: "Bad Gateway"}


async def run(http_port: int, https_port: int, routes: Path = paths.ROUTES) -> None:
    """Serve both ports until cancelled; OSError when one is taken."""
    certificates = Certificates(lambda name: _read(routes).get(name, {}).get("app"))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, TimeoutError):
            await _connection(reader, writer, routes)

    http = await asyncio.start_server(serve, "127.0.0.1", http_port, limit=_HEAD_LIMIT)
    https = await asyncio.start_server(serve, "127.0.0.1", https_port, limit=_HEAD_LIMIT, ssl=certificates.context())
    async with http, https:
        await asyncio.gather(http.serve_forever(), https.serve_forever())


async def _connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, routes: Path) -> None:
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _IDLE_SECONDS)
        first, headers = _parse(head)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        await _answer(writer, 400, "this is no HTTP request\n")
        return
    name = _host(headers)
    route = _read(routes).get(name)
    if route is None:
        await _answer(writer, 404, f"no app answers to the name {name or '(none)'}\n")
        return
    try:
        app = await asyncio.open_connection(route["address"], route["port"])
    except OSError:
        await _answer(writer, 502, f"the app {route['app']} does not answer\n")
        return
    scheme = "https" if writer.get_extra_info("ssl_object") else "http"
    await _forward(_head(first, headers, scheme), reader, writer, app)


async def _forward(
    head: bytes,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    app: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> None:
    """Pass bytes both ways until the app has answered."""
    with contextlib.closing(app[1]):
        app[1].write(head)
        upload = asyncio.create_task(_copy(reader, app[1]))
        await _copy(app[0], writer)
        upload.cancel()


def _parse(head: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The request line and the headers in order; ValueError when a header has no colon."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    if first.count(" ") != 2:
        raise ValueError(first)
    pairs = [line.split(":", 1) for line in lines]
    return first, [(name, value.strip()) for name, value in pairs]


def _host(headers: list[tuple[str, str]]) -> str:
    hosts = [value for name, value in headers if name.lower() == "host"]
    return hosts[0].rsplit(":", 1)[0].lower() if hosts else ""


def _head(first: str, headers: list[tuple[str, str]], scheme: str) -> bytes:
    """What the app gets: the client's head, with one request per connection and what nginx adds."""
    upgrade = any(name.lower() == "upgrade" for name, _ in headers)
    kept = [(name, value) for name, value in headers if upgrade or name.lower() not in {"connection", "keep-alive"}]
    added = [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", scheme)] + [("Connection", "close")] * (
        not upgrade
    )
    lines = [first, *(f"{name}: {value}" for name, value in kept + added)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()


async def _answer(writer: asyncio.StreamWriter, code: int, text: str) -> None:
    body = text.encode()
    head = f"HTTP/1.1 {code} {_REASONS[code]}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()


def _read(routes: Path) -> dict[str, Any]:
    """No file means no app yet; a half-written one cannot be seen, since it is renamed into place."""
    try:
        found: dict[str, Any] = json.loads(routes.read_text())
    except FileNotFoundError:
        return {}
    return found
