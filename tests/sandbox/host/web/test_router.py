"""The way from a browser to an app: by its name, and to no other."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.hosts.sandbox_host import SandboxHost
from tests.support.servers.serving import served


class _App(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(f"{self.path} {len(body)}")

    def do_GET(self) -> None:
        self._answer(
            f"{self.path} {self.headers['Host']} {self.headers['Connection']} {self.headers['X-Forwarded-Proto']}"
        )

    def _answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module")
def routed(own_host: SandboxHost) -> Iterator[SandboxHost]:
    """A host with one app that answers and one that does not."""
    with served(ThreadingHTTPServer(("127.0.0.1", 0), _App)) as server:
        routes = {
            "lively.localhost": {"address": "127.0.0.1", "port": server.server_port, "app": "lively"},
            "dead.localhost": {"address": own_host.machine.address, "port": 1, "app": "dead"},
        }
        file = own_host.machine.root / "var/lib/dokku/sandbox/routes.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(routes))
        yield own_host


def _ask(host: SandboxHost, name: str, path: str = "/", body: bytes | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", host.machine.http_port, timeout=10)
    connection.request("GET" if body is None else "POST", path, body, {"Host": name})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_an_app_answers_to_its_name(routed: SandboxHost) -> None:
    assert _ask(routed, "lively.localhost:1234", "/?q=1") == (200, "/?q=1 lively.localhost:1234 close http")


def test_a_body_reaches_the_app_whole(routed: SandboxHost) -> None:
    assert _ask(routed, "lively.localhost", "/up", bytes(300_000)) == (200, "/up 300000")


def test_a_name_in_capitals_is_the_same_name(routed: SandboxHost) -> None:
    assert _ask(routed, "LIVELY.localhost")[0] == 200


def test_an_unknown_name_is_404(routed: SandboxHost) -> None:
    assert _ask(routed, "nobody.localhost") == (404, "no app answers to the name nobody.localhost\n")


def test_a_dead_app_is_502(routed: SandboxHost) -> None:
    assert _ask(routed, "dead.localhost") == (502, "the app dead does not answer\n")


def test_a_host_without_apps_is_404(sandbox_host: SandboxHost) -> None:
    assert _ask(sandbox_host, "nothing-was-deployed-here.localhost")[0] == 404


def _certify(host: SandboxHost, app: str, folder: Path) -> Path:
    """Lay a self-signed certificate where `certs:add` does; the certificate."""
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    words += ["-subj", f"/CN={app}.localhost", "-addext", f"subjectAltName=DNS:{app}.localhost"]
    files = ["-keyout", str(folder / "server.key"), "-out", str(folder / "server.crt")]
    subprocess.run([*words, *files], check=True, capture_output=True)
    shutil.copytree(folder, host.machine.root / "home/dokku" / app / "tls", dirs_exist_ok=True)
    return folder / "server.crt"


def _ask_safely(host: SandboxHost, name: str, trusted: Path) -> tuple[int, str]:
    context = ssl.create_default_context(cafile=str(trusted))
    with (
        socket.create_connection(("127.0.0.1", host.machine.https_port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as connection,
    ):
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.read().decode()


def test_an_app_with_a_certificate_answers_over_https_and_shows_it(routed: SandboxHost, tmp_path: Path) -> None:
    certificate = _certify(routed, "lively", tmp_path)
    assert _ask_safely(routed, "lively.localhost", certificate) == (200, "/ lively.localhost close https")


def test_a_new_certificate_counts_at_once(routed: SandboxHost, tmp_path: Path) -> None:
    _certify(routed, "lively", tmp_path)
    assert _ask_safely(routed, "lively.localhost", _certify(routed, "lively", tmp_path))[0] == 200


def test_a_pair_that_does_not_match_is_never_shown(routed: SandboxHost, tmp_path: Path) -> None:
    (first := tmp_path / "first").mkdir()
    (second := tmp_path / "second").mkdir()
    certificate = _certify(routed, "lively", first)
    _certify(routed, "lively", second)
    shutil.copy(certificate, routed.machine.root / "home/dokku/lively/tls/server.crt")
    with pytest.raises(ssl.SSLError):
        _ask_safely(routed, "lively.localhost", certificate)


def test_a_name_without_a_certificate_has_no_https(routed: SandboxHost, tmp_path: Path) -> None:
    certificate = _certify(routed, "lively", tmp_path)
    with pytest.raises(ssl.SSLError):
        _ask_safely(routed, "dead.localhost", certificate)


def test_nonsense_is_400_and_the_router_lives_on(routed: SandboxHost) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", routed.machine.http_port, timeout=10)
    connection.connect()
    connection.sock.sendall(b"nonsense\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    connection.close()
    assert _ask(routed, "lively.localhost")[0] == 200
