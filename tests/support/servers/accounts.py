"""A stand-in for the APIs that ./petbase init asks: Hetzner's and Cloudflare's answers, and Dokku's installer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.servers.serving import served

ACCOUNT = "0123456789abcdef0123456789abcdee"
INSTALLER = b"#!/usr/bin/env bash\necho dokku\n"
HCLOUD, CLOUDFLARE = "h" * 64, "c" * 40
R2 = f"/accounts/{ACCOUNT}/r2/buckets"
SERVER_TYPE = {"name": "cx23", "prices": [{"location": "fsn1"}, {"location": "nbg1"}]}


@dataclass
class Accounts:
    """What it answers, by path with or without the query: status and body; and the tokens that it saw."""

    url: str = ""
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    tokens: list[str | None] = field(default_factory=list)

    def says(self, path: str, status: int, body: Any) -> None:
        """From now on this path answers so; a body that is not bytes is sent as JSON."""
        self.answers[path] = (status, body if isinstance(body, bytes) else json.dumps(body).encode())


@contextmanager
def serving() -> Iterator[Accounts]:
    accounts = Accounts()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            accounts.tokens.append(self.headers.get("Authorization"))
            plain = accounts.answers.get(self.path.partition("?")[0], (404, b"{}"))
            status, body = accounts.answers.get(self.path, plain)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        accounts.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield accounts
