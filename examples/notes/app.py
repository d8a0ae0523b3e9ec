"""Short notes in a table. GET / lists them, newest first; POST / adds one, its text the body; GET /health.

Environment: DATABASE_URL, PORT (else 80), HOST (else 0.0.0.0).
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import BoundedSemaphore
from urllib.parse import urlsplit

import psycopg
from migrate import MigrationError, migrate

LONGEST = 10_000  # bytes
LISTED = 100  # notes
Answer = tuple[int, object]

# A shared database has few connections for each app; a request that finds none free waits.
_FREE = BoundedSemaphore(5)


@contextmanager
def database() -> Iterator[psycopg.Connection]:
    """A connection for one request, committed at the end."""
    with _FREE, psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as db:
        yield db


def listed() -> Answer:
    """GET /"""
    with database() as db:
        rows = db.execute("SELECT id, text, written FROM notes ORDER BY written DESC, id DESC LIMIT %s", (LISTED,))
        return 200, [{"id": number, "text": text, "written": when.isoformat()} for number, text, when in rows]


def added(body: bytes) -> Answer:
    """POST /"""
    try:
        text = body.decode().strip()
    except UnicodeDecodeError:
        return 400, {"error": "a note is UTF-8"}
    if not text or "\0" in text:
        return 400, {"error": "a note has some text, and no NUL"}
    with database() as db:
        row = db.execute("INSERT INTO notes (text) VALUES (%s) RETURNING id", (text,)).fetchone()
        return 201, {"id": row and row[0]}


def health() -> Answer:
    """GET /health"""
    with database() as db:
        db.execute("SELECT 1")
    return 200, "ok"


class Server(ThreadingHTTPServer):
    """A thread for each request."""

    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind, without the base class's look-up of the host's name, which can take seconds."""
        TCPServer.server_bind(self)


class Handler(BaseHTTPRequestHandler):
    """Finds the function for a request, and sends what it answers."""

    timeout = 30  # seconds for a client to send what it announced

    def do_GET(self) -> None:
        """Answer one GET."""
        path = urlsplit(self.path).path
        if path == "/":
            self._answer(500, listed)
        elif path == "/health":
            self._answer(503, health)
        else:
            self._send(404, {"error": "not found"})

    def do_POST(self) -> None:
        """Answer one POST."""
        length = self.headers.get("content-length", "")
        if urlsplit(self.path).path != "/":
            self._send(404, {"error": "not found"})
        elif not length.isdecimal():
            self._send(411, {"error": "how long is it? (Content-Length)"})
        elif int(length) > LONGEST:
            self._send(413, {"error": f"a note has at most {LONGEST} bytes"})
        else:
            body = self.rfile.read(int(length))
            if len(body) < int(length):
                self._send(400, {"error": "the note was cut off"})
            else:
                self._answer(500, lambda: added(body))

    def _answer(self, broken: int, ask: Callable[[], Answer]) -> None:
        try:
            self._send(*ask())
        except psycopg.Error as error:
            print(f"notes: {error}", file=sys.stderr, flush=True)
            self._send(broken, {"error": "the database did not answer"})

    def _send(self, status: int, value: object) -> None:
        body = (json.dumps(value, ensure_ascii=False) + "\n").encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Migrate, then listen: a release whose migrations fail never serves, and Dokku keeps the one before."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as db:
            for name in migrate(db):
                print(f"notes: applied {name}", flush=True)
    except (MigrationError, psycopg.Error) as error:
        sys.exit(f"notes: {error}")
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "80")))
    server = Server(address, Handler)
    print(f"notes listens on {address[0]}:{address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
