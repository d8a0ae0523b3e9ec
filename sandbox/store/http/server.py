"""The store's HTTP side: a stand-in for Cloudflare R2's S3 endpoint, path-style, on loopback, without TLS."""

import contextlib
import hashlib
import io
import os
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import BinaryIO
from urllib.parse import parse_qsl, unquote

from sandbox.store import account, clock, faults, objects
from sandbox.store.http import browsers, router
from sandbox.store.http.chunks import STREAMING, decoded
from sandbox.store.http.errors import S3Error
from sandbox.store.http.request import Body, Request, Response
from sandbox.store.http.signature import UNSIGNED, Asked, authenticate
from sandbox.store.process import READY

EXPIRE_EVERY = 60  # seconds
_CHUNK = 1 << 20
_NO_FAULT = faults.Fault()


class StoreServer(ThreadingHTTPServer):
    """Serves one store directory. One request changes objects at a time, so that a lock check holds until the write."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.changing = threading.Lock()
        (root / "incoming").mkdir(mode=0o700, parents=True, exist_ok=True)
        (root / "buckets").mkdir(mode=0o700, exist_ok=True)
        super().__init__(("127.0.0.1", port), Handler)
        for left in (root / "incoming").iterdir():  # by a server that was killed: the port is ours, so it is gone
            left.unlink()

    def server_bind(self) -> None:
        """Bind, without the base class's look-up of the machine's name, which can take seconds."""
        TCPServer.server_bind(self)

    def expire_forever(self) -> None:
        """Apply the lifecycle rules now and then, as R2 does."""
        while True:
            # A bucket may be deleted meanwhile, by the provider's process: the next round sees it gone.
            with self.changing, contextlib.suppress(FileNotFoundError):
                objects.expire(self.root, clock.now(self.root))
            time.sleep(EXPIRE_EVERY)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: StoreServer
    protocol_version = "HTTP/1.1"
    server_version = "petbase-sandbox-store"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        """Any method but OPTIONS: receive, authenticate, answer."""
        if self.path == READY:
            return self._send(Response(200, {}, str(os.getpid()).encode()))
        handle, name = tempfile.mkstemp(dir=self.server.root / "incoming")
        with self.server.changing:
            fault = faults.take(self.server.root, self.command, self._names()[1])
        try:
            with os.fdopen(handle, "wb") as file:
                body = self._receive(Path(name), file, fault.cut)
            time.sleep(fault.slow)
            if fault.gone:
                raise faults.GoneError
            if fault.error:
                raise fault.error
            response = self._answer(body)
        except S3Error as error:
            response = Response(error.status, {"content-type": "application/xml"}, error.xml())
        except account.AccountError as error:
            refusal = S3Error(error.code, str(error))
            response = Response(refusal.status, {"content-type": "application/xml"}, refusal.xml())
        except faults.GoneError:
            self.close_connection = True
            return None
        finally:
            Path(name).unlink(missing_ok=True)
        return self._send(browsers.with_cors(self.server.root, self._asked(), response), fault)

    def do_OPTIONS(self) -> None:
        """What a browser asks before it sends a page's request to another origin. It is not signed."""
        try:
            response = browsers.preflight(self.server.root, self._asked())
        except S3Error as error:
            response = Response(error.status, {"content-type": "application/xml"}, error.xml())
        self._send(response)

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815  the names the base class looks for

    def _answer(self, body: Body) -> Response:
        asked = self._asked()
        if public := browsers.read_by_everyone(self.server.root, asked):
            return public
        router.refuse_unsupported(asked.headers)
        token, signed = authenticate(asked, lambda key: account.token(self.server.root, key), time.time())
        if signed.payload == STREAMING:
            body = decoded(body, asked.headers, signed, token.secret)
        elif signed.payload not in (UNSIGNED, body.sha256):
            raise S3Error("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' is not that of the body.")
        words = dict(parse_qsl(asked.query, keep_blank_values=True))
        root = self.server.root
        request = Request(root, self.command, *self._names(), words, asked.headers, body, token, clock.now(root))
        with self.server.changing:
            return router.answer(request)

    def _asked(self) -> Asked:
        path, _, query = self.path.partition("?")
        return Asked(self.command, path, query, {name.lower(): value for name, value in self.headers.items()})

    def _names(self) -> tuple[str, str]:
        path = unquote(self.path.partition("?")[0], errors="surrogateescape")
        bucket, _, key = path.removeprefix("/").partition("/")
        return bucket, key

    def _receive(self, path: Path, file: BinaryIO, cut: int | None) -> Body:
        """Take the whole body to disk before anything else, so that a refusal never leaves bytes on the connection."""
        md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
        given = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not given.isdecimal():
            self.close_connection = True
            raise S3Error("MissingContentLength", "You must provide the Content-Length HTTP header.")
        left = int(given)
        if cut is not None and cut < left:
            self.rfile.read(cut)
            raise faults.GoneError
        while left and (chunk := self.rfile.read(min(left, _CHUNK))):
            left -= len(chunk)
            for sink in (md5.update, sha256.update, file.write):
                sink(chunk)
        if left:
            self.close_connection = True
            raise S3Error("IncompleteBody", "The request body terminated before the expected Content-Length.")
        return Body(path, int(given), md5.hexdigest(), sha256.hexdigest())

    def _send(self, response: Response, fault: faults.Fault = _NO_FAULT) -> None:
        size = response.size if response.file else len(response.body)
        try:
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            if response.status not in (204, 304):
                self.send_header("content-length", str(size))
            self.end_headers()
            if self.command != "HEAD" and response.status not in (204, 304):
                self._send_body(response.file or io.BytesIO(response.body), size, fault)
        except (ConnectionError, TimeoutError):  # the client went away, so no answer can be sent
            self.close_connection = True
        finally:
            if response.file:
                response.file.close()

    def _send_body(self, file: BinaryIO, size: int, fault: faults.Fault) -> None:
        sent, most = 0, size if fault.truncate is None else min(size, fault.truncate)
        wrong = -1 if fault.flip is None else fault.flip % max(size, 1)
        while sent < most:
            chunk = bytearray(file.read(min(most - sent, _CHUNK)))
            if 0 <= wrong - sent < len(chunk):
                chunk[wrong - sent] ^= 0xFF
            self.wfile.write(chunk)
            sent += len(chunk)
        self.close_connection = self.close_connection or fault.truncate is not None

    def log_message(self, format: str, *args: object) -> None:
        """One line a request, without the query: a presigned one opens the object."""
        words = tuple(word.partition("?")[0] if isinstance(word, str) else word for word in args)
        print(self.log_date_time_string(), format % words, flush=True)
