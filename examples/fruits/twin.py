"""The Python twin of app.ts, for machines without Bun: same answers, same table. It says so when it starts.

Needs psycopg. Environment: DATABASE_URL, PORT (else 80), HOST (else 0.0.0.0).
"""

import json
import os
import re
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qs, urlsplit

import psycopg
from presign import presigned

FRUITS = ("apple", "banana", "another-apple", "cherry", "fig", "quince")
LOCK = 7_240_119  # the same number as in app.ts
TABLE = "CREATE TABLE fruits (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)"


def connect() -> psycopg.Connection[tuple[object, ...]]:
    """A connection for one request: slow, and enough for an example."""
    return psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10)


class Seeder:
    """Makes the table once per process; other processes that meet an empty database at the same time wait."""

    def __init__(self) -> None:
        self._turn, self._done = threading.Lock(), False

    def seeded(self) -> None:
        """Return when the table was there or is made; a failure is tried again at the next request."""
        with self._turn:
            if not self._done:
                self._seed()
                self._done = True

    def _seed(self) -> None:
        with connect() as db:
            db.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            row = db.execute("SELECT to_regclass('fruits') IS NOT NULL").fetchone()
            if row and row[0]:
                return
            db.execute(TABLE)
            for name in FRUITS:
                db.execute("INSERT INTO fruits (name) VALUES (%s)", (name,))


SEEDER = Seeder()


def matching(text: str) -> list[str]:
    """The names that hold this text, whatever its case; %, _ and \\ are only characters here."""
    SEEDER.seeded()
    pattern = "%" + re.sub(r"[\\%_]", r"\\\g<0>", text) + "%"
    with connect() as db:
        rows = db.execute("SELECT name FROM fruits WHERE name ILIKE %s ORDER BY id", (pattern,)).fetchall()
    return [str(name) for (name,) in rows]


class Server(ThreadingHTTPServer):
    """A thread for each request."""

    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        """Bind, without the base class's look-up of the host's name, which can take seconds."""
        TCPServer.server_bind(self)


class Handler(BaseHTTPRequestHandler):
    """GET /, GET and POST /photo, and GET /health."""

    def do_GET(self) -> None:
        """Answer one request."""
        url = urlsplit(self.path)
        if url.path == "/":
            self._answer(*fruits(parse_qs(url.query, keep_blank_values=True).get("filter", [""])[0]))
        elif url.path == "/photo":
            self._photo("GET", url.query)
        elif url.path == "/health":
            self._answer(*health())
        else:
            self._answer(404, "text/plain", "not found\n")

    def do_POST(self) -> None:
        """Answer one request."""
        url = urlsplit(self.path)
        if url.path == "/photo":
            self._photo("PUT", url.query)
        else:
            self._answer(404, "text/plain", "not found\n")

    def _photo(self, method: str, query: str) -> None:
        status, text = photo(method, parse_qs(query, keep_blank_values=True).get("fruit", [""])[0])
        if status == 302:
            self.send_response(302)
            self.send_header("location", text)
            self.send_header("content-length", "0")
            self.end_headers()
        else:
            self._answer(status, "application/json", text)

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{kind};charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def fruits(text: str) -> tuple[int, str, str]:
    """Status, content type and body of GET /."""
    if "\0" in text:
        return 400, "application/json", as_json({"error": "filter: no NUL, please"})
    try:
        return 200, "application/json", as_json(matching(text))
    except psycopg.Error as error:
        print(f"fruits: {error}", file=sys.stderr, flush=True)
        return 500, "application/json", as_json({"error": "the database did not answer"})


def photo(method: str, fruit: str) -> tuple[int, str]:
    """Status, and an address to be redirected to or JSON: the photo's way into the bucket and out of it."""
    if not os.environ.get("S3_BUCKET"):
        return 501, as_json({"error": "this app has no bucket"})
    fruit = fruit.replace("\0", "")
    try:
        SEEDER.seeded()
        with connect() as db:
            row = db.execute("SELECT 1 FROM fruits WHERE name = %s", (fruit,)).fetchone()
    except psycopg.Error as error:
        print(f"photo: {error}", file=sys.stderr, flush=True)
        return 500, as_json({"error": "the database did not answer"})
    if not row:
        return 404, as_json({"error": "no such fruit"})
    address = presigned(method, f"photos/{fruit}")
    return (200, as_json({"upload": address})) if method == "PUT" else (302, address)


def health() -> tuple[int, str, str]:
    """Status, content type and body of GET /health."""
    try:
        with connect() as db:
            db.execute("SELECT 1")
        return 200, "text/plain", "ok\n"
    except psycopg.Error as error:
        print(f"health: {error}", file=sys.stderr, flush=True)
        return 503, "text/plain", "no database\n"


def as_json(value: object) -> str:
    """JSON as Bun writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "80")))
    server = Server(address, Handler)
    print(f"fruits (the Python twin, no Bun here) listens on {address[0]}:{address[1]}", flush=True)
    server.serve_forever()
