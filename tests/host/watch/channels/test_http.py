"""What really goes over HTTP: curl reads address, headers and any text on standard input, and nothing of it is lost."""

import http.server
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from host.check.apps.answers import look_at_answers
from host.check.findings import Findings
from host.core.host import Host
from host.core.output import Output
from host.watch.channels.channel import write_channels
from host.watch.channels.deliver import tell_changes
from host.watch.http import call
from host.watch.settings import WatchSettings
from tests.support.servers.serving import served

TEXT = '@/etc/hostname "quoted" \\back\\slash\ttab 😀 ü $HOME `id` \\n {a,b} [1-3]'


class Listener(http.server.ThreadingHTTPServer):
    """Keeps what it hears; answers what its path ends with, as in /404."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], str]] = []
        super().__init__(("127.0.0.1", 0), _Ear)


class _Ear(http.server.BaseHTTPRequestHandler):
    server: Listener

    def _hear(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self.server.heard.append((self.path, dict(self.headers), body))
        code = self.path.rpartition("/")[2]
        self.send_response(int(code) if code.isdecimal() else 200)
        self.end_headers()
        self.wfile.write(b"a page")

    do_GET = do_POST = _hear  # noqa: N815  the base class's own names

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with served(Listener()) as server:
        yield server


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host("prod", out=Output(io.StringIO()), root=tmp_path, sleep=lambda _: None)


@pytest.mark.parametrize("text", [TEXT, f"{TEXT}\nsecond line\r\nthird", "@/etc/passwd"])
def test_any_text_arrives_as_it_is(listener: Listener, host: Host, text: str) -> None:
    url = f"http://user:pa%24s@127.0.0.1:{listener.server_port}/a/b?x=1&y=[2]"
    assert call(host, url, text, headers=('Title: a "b" \\ c', "Content-Type: text/plain")) == "200"
    ((path, headers, body),) = listener.heard
    assert (path, body, headers["Title"]) == ("/a/b?x=1&y=[2]", text, 'a "b" \\ c')
    assert headers["Authorization"].startswith("Basic ")


def test_every_kind_of_channel_is_posted_to(listener: Listener, host: Host) -> None:
    address = f"http://127.0.0.1:{listener.server_port}"
    kinds = {kind: kind for kind in ("ntfy", "slack", "discord", "webhook", "telegram")}
    urls = {kind: f"{address}/{kind}" for kind in kinds} | {"telegram": f"{address}/bot1:2/sendMessage?chat_id=-7"}
    write_channels(host, "db", kinds, urls)
    assert tell_changes(host, "db", {"app shop": TEXT}) == {}
    heard = {path: body for path, _, body in listener.heard}
    assert heard["/ntfy"] == f"NEW db: {TEXT}"
    assert json.loads(heard["/webhook"])["new"] == [{"problem": "app shop", "text": TEXT}]
    assert json.loads(heard["/slack"])["text"].endswith(TEXT)
    assert TEXT.replace("`", "'") in json.loads(heard["/discord"])["content"]
    assert json.loads(heard["/bot1:2/sendMessage"])["chat_id"] == "-7"


def test_a_refusal_and_silence_are_told_apart(listener: Listener, host: Host) -> None:
    address = f"http://127.0.0.1:{listener.server_port}"
    write_channels(host, "db", {"a": "ntfy", "b": "ntfy"}, {"a": f"{address}/403", "b": "http://127.0.0.1:9/topic"})
    assert tell_changes(host, "db", {"disk": "full"}) == {
        "alert a": "alerts do not reach a (ntfy): it answered 403. Try: ./petbase alert --test",
        "alert b": "alerts do not reach b (ntfy): it did not answer. Try: ./petbase alert --test",
    }


def test_a_service_that_is_busy_is_asked_once_more_and_its_answer_told(listener: Listener, host: Host) -> None:
    write_channels(host, "db", {"a": "webhook"}, {"a": f"http://127.0.0.1:{listener.server_port}/503"})
    assert tell_changes(host, "db", {"disk": "full"}) == {
        "alert a": "alerts do not reach a (webhook): it answered 503. Try: ./petbase alert --test"
    }
    assert len(listener.heard) == 2


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/404", " answers 404 at http://shop.example.com/404"),
        ("/301", ""),
        ("", ""),
        ("/500", " answers 500 at http://shop.example.com/500"),
    ],
)
def test_an_app_is_asked_by_its_name_at_the_address_where_nginx_listens(
    listener: Listener, host: Host, path: str, says: str
) -> None:
    for name, text in {
        "/var/lib/petbase/apps/shop/owner.json": '{"how": "made", "stack": "prod"}',
        "/home/dokku/shop/CONTAINER.web.1": "c1",
        "/home/dokku/shop/VHOST": "shop.example.com\n*.shop.example.com\n",
        "/home/dokku/shop/nginx.conf": f"  listen      [::]:80;\n  listen      127.0.0.1:{listener.server_port};\n",
    }.items():
        host.path(name).parent.mkdir(parents=True, exist_ok=True)
        host.path(name).write_text(text)
    paths = {"shop": path} if path else {}
    found = Findings(host, "db", WatchSettings("b", "", "https://store", "0 3 * * *", 90_000, "weekly", paths=paths))
    look_at_answers(found)
    problems = list(found.problems.values())
    assert [says in problem for problem in problems] == ([True] if says else [])
    heard = {(asked, headers["Host"]) for asked, headers, _ in listener.heard}
    assert heard == {(path or "/", f"shop.example.com:{listener.server_port}")}


def test_an_app_without_a_web_process_or_behind_another_proxy_is_not_asked(host: Host) -> None:
    for name, text in {
        "/var/lib/petbase/apps/worker/owner.json": '{"how": "made", "stack": "prod"}',
        "/home/dokku/worker/CONTAINER.worker.1": "c1",
        "/home/dokku/worker/VHOST": "worker.example.com\n",
        "/home/dokku/worker/nginx.conf": "  listen      80;\n",
        "/var/lib/petbase/apps/other/owner.json": '{"how": "made", "stack": "prod"}',
        "/home/dokku/other/CONTAINER.web.1": "c2",
        "/home/dokku/other/VHOST": "other.example.com\n",
    }.items():
        host.path(name).parent.mkdir(parents=True, exist_ok=True)
        host.path(name).write_text(text)
    found = Findings(host, "db", WatchSettings("b", "", "https://store", "0 3 * * *", 90_000, "weekly"))
    look_at_answers(found)
    assert found.problems == {}
