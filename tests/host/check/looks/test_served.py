"""Which certificate is shown for an app's name: asked with the real openssl, of a server that knows names as nginx."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from host.check.apps.served import look_at_served
from host.check.findings import Findings
from host.core.host import Host
from host.watch.settings import WatchSettings
from tests.host.recorder import Recorder
from tests.support.pairs import Authority, PemPair

SETTINGS = WatchSettings("b", "", "https://store", "0 3 * * *", 90_000, "weekly")
SIGNS = Authority.new()
OWN, DEFAULT, RENEWED = (SIGNS.pair("*.example.com") for _ in range(3))


def context(folder: Path, pair: PemPair) -> ssl.SSLContext:
    file = folder / "pair.pem"
    file.write_text(pair.certificate + SIGNS.pem + pair.key)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(file)
    return made


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server whose default site answers to every name but fruits.example.com."""
    own, default = context(tmp_path, OWN), context(tmp_path, DEFAULT)

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name == "fruits.example.com":
            connection.context = own

    default.sni_callback = choose
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = default.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(server: Recorder, port: int) -> Recorder:
    """An app that nginx reaches by TLS."""
    for file, text in {
        "nginx.conf": f"server {{\n  listen 127.0.0.1:{port} ssl;\n}}\n",
        "CONTAINER.web.1": "c1",
        "VHOST": "fruits.example.com\n",
        "tls/server.crt": OWN.certificate + SIGNS.pem,
    }.items():
        server.put(f"/home/dokku/fruits/{file}", text)
    server.put("/var/lib/petbase/apps/fruits/owner.json", '{"how": "made", "stack": "prod"}')
    return server


def problems(server: Recorder) -> dict[str, str]:
    found = Findings(Host("prod", root=server.root, sleep=lambda _: None), "db", SETTINGS)
    look_at_served(found)
    return found.problems


def test_the_apps_own_certificate_is_nothing_to_tell(server: Recorder) -> None:
    assert problems(server) == {}


def test_a_name_that_the_default_site_answers_is_told(server: Recorder) -> None:
    server.put("/home/dokku/fruits/VHOST", "fruits.example.com shop.example.com\n")
    assert problems(server) == {
        "served shop.example.com": "nginx shows another certificate for shop.example.com than the one of fruits: "
        "another site has taken that name, or nginx was not reloaded. Try: dokku proxy:build-config fruits"
    }


def test_a_renewed_certificate_that_nginx_has_not_loaded_is_told(server: Recorder) -> None:
    server.put("/home/dokku/fruits/tls/server.crt", RENEWED.certificate)
    assert list(problems(server)) == ["served fruits.example.com"]


def test_without_an_answer_or_a_certificate_there_is_nothing_to_compare(server: Recorder) -> None:
    server.file("/home/dokku/fruits/tls/server.crt").unlink()
    assert problems(server) == {}
    server.put("/home/dokku/fruits/tls/server.crt", OWN.certificate)
    server.put("/home/dokku/fruits/nginx.conf", "listen 127.0.0.1:1 ssl;\n")
    assert problems(server) == {}
