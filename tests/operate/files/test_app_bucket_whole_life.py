"""An app's bucket from its first file to its end, in one sandbox: the real program and engine, a host, and the store
that checks signatures. boto3 and plain HTTP are the phone and the browser.
"""

import http.client
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from botocore.exceptions import ClientError

from operate.dumps import s3
from sandbox import workspace
from sandbox.engine.engine import Changes, EngineError
from sandbox.providers.cloud import Cloud
from sandbox.store import account, objects
from tests.faults.support.site import Site
from tests.support.operate import Petbase
from tests.support.pulumi.own_sandbox import STACK_FILE, own_sandbox

NAME = "fruits-localhost"
TOKEN = "cloudflare:index/accountToken:AccountToken"
ORIGIN, ELSEWHERE = "https://fruits.localhost", "https://elsewhere.example"
FRUITS: dict[str, Any] = {"bucket": {"public": "files.localhost"}, "domains": ["fruits.localhost"]}
APPS: dict[str, Any] = {"fruits": FRUITS, "shop": {"bucket": True}}
FREED = {**APPS, "fruits": {**FRUITS, "protect": False}}


class Estate:
    """A protected estate whose apps a test chooses."""

    def __init__(self, root: Path, checkout: Path) -> None:
        self.root, self.file = root, checkout / STACK_FILE
        self.said: list[str] = []
        self.plain = yaml.safe_load(self.file.read_text())

    def up(self, apps: dict[str, Any], **sections: Any) -> Changes:
        """`pulumi up` with these apps."""
        self._write(apps, sections)
        return workspace.prepare(self.root, self.said.append).up(on_output=self.said.append)

    def refuses(self, apps: dict[str, Any]) -> str:
        self._write(apps, {})
        with pytest.raises(EngineError) as caught:
            workspace.opened(self.root, self.said.append).preview()
        return str(caught.value)

    def warns(self, apps: dict[str, Any]) -> Sequence[str]:
        self._write(apps, {})
        return workspace.opened(self.root, self.said.append).preview().warnings

    def variables(self, app: str) -> dict[str, str]:
        site = Site.__new__(Site)
        site.root, site.stack = self.root, "sandbox"
        return site.bench.env(app)

    def restarts(self, app: str) -> int:
        site = Site.__new__(Site)
        site.root, site.stack = self.root, "sandbox"
        return sum(verb[:2] == ["ps:restart", app] for verb in site.bench.verbs())

    def _write(self, apps: dict[str, Any], sections: dict[str, Any]) -> None:
        held = json.loads(json.dumps(self.plain))
        estate = held["config"]["petbase:estate"]
        estate |= {"protect": True, "apps": apps, "edge": {"dns": "none"}}
        estate["backups"] |= sections.get("backups", {})
        self.file.write_text(yaml.safe_dump(held))


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    """A sandbox whose apps fruits and shop have a bucket each."""
    with own_sandbox() as (root, checkout):
        made = Estate(root, checkout)
        made.up(APPS)
        yield made


@pytest.fixture(autouse=True)
def no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(""))


def client(variables: dict[str, str]) -> Any:
    """S3 as the app has it, by its variables."""
    words = ("S3_ENDPOINT", "S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
    return s3.client(*(variables[word] for word in words))


def signed(variables: dict[str, str], action: str, key: str) -> str:
    params = {"Bucket": variables["S3_BUCKET"], "Key": key}
    address: str = client(variables).generate_presigned_url(action, Params=params, ExpiresIn=60)
    return address


def send(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """A request of a phone or a browser: status, headers, body."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as problem:
        return problem.code, {name.lower(): value for name, value in problem.headers.items()}, problem.read()


def test_a_phone_uploads_and_downloads_by_addresses_that_the_app_signed(estate: Estate) -> None:
    ours = estate.variables("fruits")
    assert ours["S3_BUCKET"] == NAME
    assert send("PUT", signed(ours, "put_object", "apple.jpg"), b"a photo")[0] == 200
    assert send("GET", signed(ours, "get_object", "apple.jpg"))[2] == b"a photo"
    for method, url in (
        ("GET", signed(ours, "get_object", "apple.jpg").replace("apple", "other")),
        ("PUT", signed(ours, "get_object", "apple.jpg")),
        ("GET", f"{ours['S3_ENDPOINT']}/{NAME}/apple.jpg"),
    ):
        assert send(method, url, b"x" if method == "PUT" else None)[0] == 403


def test_the_key_of_another_app_opens_nothing_of_it(estate: Estate) -> None:
    ours, theirs = estate.variables("fruits"), estate.variables("shop")
    stranger, ours_s3 = client(theirs), client(ours)
    refused: list[tuple[Any, dict[str, Any]]] = [
        (stranger.get_object, {"Bucket": NAME, "Key": "apple.jpg"}),
        (stranger.put_object, {"Bucket": NAME, "Key": "apple.jpg", "Body": b"theirs"}),
        (stranger.list_objects_v2, {"Bucket": NAME}),
        (ours_s3.list_objects_v2, {"Bucket": "db-backups"}),
    ]
    for ask, words in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            ask(**words)


def test_a_browser_is_let_in_from_the_apps_own_pages_alone(estate: Estate) -> None:
    url = signed(estate.variables("fruits"), "put_object", "fig.jpg")
    ask = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    status, headers, _ = send("OPTIONS", url, None, {"Origin": ORIGIN, **ask})
    assert (status, headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert "PUT" in headers["access-control-allow-methods"]
    assert headers["access-control-allow-headers"] == "content-type"
    assert send("OPTIONS", url, None, {"Origin": ELSEWHERE, **ask})[0] == 403
    status, headers, _ = send("PUT", url, b"a fig", {"Origin": ORIGIN})
    assert (status, headers["access-control-allow-origin"], headers["access-control-expose-headers"]) == (
        200,
        ORIGIN,
        "ETag",
    )
    assert "access-control-allow-origin" not in send("PUT", url, b"a fig", {"Origin": ELSEWHERE})[1]


def test_everyone_reads_under_the_public_name_and_writes_nothing(estate: Estate) -> None:
    ours = estate.variables("fruits")
    assert ours["S3_PUBLIC_URL"] == "https://files.localhost"

    def ask(method: str, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(urlsplit(ours["S3_ENDPOINT"]).netloc, timeout=10)
        connection.request(method, path, headers={"Host": "files.localhost"})
        answer = connection.getresponse()
        try:
            return answer.status, answer.read()
        finally:
            connection.close()

    assert ask("GET", "/apple.jpg") == (200, b"a photo")
    assert ask("GET", "/shop-localhost/apple.jpg")[0] == 404
    assert ask("DELETE", "/apple.jpg")[0] == 405


def test_neither_state_nor_output_nor_log_shows_a_key(estate: Estate) -> None:
    secret = estate.variables("fruits")["S3_SECRET_ACCESS_KEY"]
    state = "".join(path.read_text() for path in (estate.root / "state").rglob("stacks/**/*.json"))
    assert NAME in state
    assert secret not in state + "\n".join(estate.said)
    site = Site.__new__(Site)
    site.root, site.stack = estate.root, "sandbox"
    assert not [verb for verb in site.bench.verbs() if secret in " ".join(verb)]


def test_its_use_is_shown_beside_that_of_the_dumps(estate: Estate, petbase: Petbase) -> None:
    assert estate
    listed = petbase("backups")
    assert f"{NAME} (fruits) holds 12 bytes in 2 files" in listed.out
    assert "of the 10 GB a month that R2 gives each account for free" in " ".join(listed.out.split())
    told = json.loads(petbase("backups", "--json").out)["buckets"]
    assert [(one["app"], one["bytes"], one["files"]) for one in told] == [("fruits", 12, 2), ("shop", 0, 0)]
    findings = petbase("doctor").out
    assert "bucket of fruits" in findings
    assert "R2 storage" in findings


@pytest.mark.soak
def test_an_edit_that_would_lose_sight_of_files_is_refused_in_the_preview(estate: Estate) -> None:
    renamed = estate.refuses({**APPS, "fruits": {"bucket": {"name": "other-bucket"}}})
    assert (
        f"apps.fruits.bucket.name: {NAME} to other-bucket leaves the files of fruits in {NAME}, where it will not "
        f"look; write name: {NAME}, or apps.fruits.protect: false if it can do without them"
    ) in renamed
    moved = estate.refuses({**APPS, "fruits": {"bucket": {"jurisdiction": "eu"}}})
    assert 'apps.fruits.bucket.jurisdiction: a bucket stays where it was made; write "default"' in moved
    assert "protected" in estate.refuses({**APPS, "shop": {}})


@pytest.mark.soak
def test_a_key_is_rotated_without_a_gap_and_the_app_restarts_once(
    estate: Estate, petbase: Petbase, tmp_path: Path
) -> None:
    estate.up(APPS)
    site = Site.__new__(Site)
    site.root, site.stack = estate.root, "sandbox"
    site.push("fruits", tmp_path)
    before, restarts = estate.variables("fruits"), estate.restarts("fruits")
    ran = petbase("rotate-token", "--yes")
    assert ran.code == 0, ran.err
    after = estate.variables("fruits")
    assert estate.restarts("fruits") == restarts + 1
    assert client(after).get_object(Bucket=NAME, Key="apple.jpg")["Body"].read() == b"a photo"
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        client(before).list_objects_v2(Bucket=NAME)
    tokens = {token["name"] for token in Cloud(estate.root, "cloudflare").all(TOKEN).values()}
    assert f"petbase-sandbox-{NAME}-2" in tokens
    assert f"petbase-sandbox-{NAME}" not in tokens


@pytest.mark.soak
def test_it_outlives_its_app_and_an_app_that_comes_back_finds_it_again(estate: Estate, petbase: Petbase) -> None:
    rotated = {"backups": {"token-generation": 2}}
    key = estate.variables("fruits")
    without = {"shop": APPS["shop"]}
    assert "protected" in estate.refuses(without)
    estate.up(FREED, **rotated)
    assert any(f'the files of fruits stay in the bucket "{NAME}"' in line for line in estate.warns(without))
    estate.up(without, **rotated)
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        client(key).list_objects_v2(Bucket=NAME)
    assert NAME in account.buckets(estate.root / "store")
    assert json.loads(petbase("kept", "--json").out)["buckets"] == [{"name": NAME, "app": "fruits"}]
    assert f"{NAME}  bucket in R2, with the files of fruits" in petbase("kept").out
    estate.up(FREED, **rotated)
    ours = estate.variables("fruits")
    assert client(ours).get_object(Bucket=NAME, Key="apple.jpg")["Body"].read() == b"a photo"
    assert json.loads(petbase("kept", "--json").out)["buckets"] == []
    assert estate.up(FREED, **rotated).total == 0


@pytest.mark.soak
def test_a_bucket_that_is_not_the_stacks_is_refused_and_taken_where_that_is_said(estate: Estate) -> None:
    account.create_bucket(estate.root / "store", "mine")
    apps = {**APPS, "blog": {"bucket": {"name": "mine"}}}
    assert (
        'apps.blog.bucket: the account has a bucket "mine" already, which this stack did not make. Write '
        "bucket: {exists: true} to give it to blog, or bucket: {name: OTHER}"
    ) in estate.refuses(apps)


@pytest.mark.soak
def test_drop_data_is_the_only_way_out(estate: Estate, petbase: Petbase) -> None:
    rotated = {"backups": {"token-generation": 2}}
    used = petbase("drop-data", NAME, "--yes", "--i-know", NAME)
    said = f"petbase: {NAME} is the bucket of fruits, so its files are in use; nothing was dropped. First take it "
    assert (used.code, used.err) == (2, f"{said}out of the stack file and run pulumi up.\n")
    estate.up({"shop": APPS["shop"]}, **rotated)
    asked = petbase("drop-data", NAME)
    assert asked.code == 2
    assert f"sandbox loses the bucket {NAME} of fruits: 2 files, 12 bytes" in asked.err
    assert [one.key for one in objects.listing(estate.root / "store", NAME)] == ["apple.jpg", "fig.jpg"]
    tokens = {token["name"] for token in Cloud(estate.root, "cloudflare").all(TOKEN).values()}
    assert not [name for name in tokens if "drop" in name]
    ran = petbase("drop-data", NAME, "--yes", "--i-know", NAME)
    assert (ran.code, ran.out) == (0, f"The bucket {NAME} is gone.\n"), ran.err
    assert NAME not in account.buckets(estate.root / "store")
    assert json.loads(petbase("kept", "--json").out)["buckets"] == []
    again = petbase("drop-data", NAME, "--yes", "--i-know", NAME)
    assert (again.code, again.out) == (2, "")
    assert estate.up({"shop": APPS["shop"]}, **rotated).total == 0
