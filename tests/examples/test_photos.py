"""A photo beside a fruit, by Bun and by the twin: straight into a bucket that checks signatures, and out of it."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from sandbox.store import Store, account
from tests.examples.conftest import Database
from tests.examples.running import Running, Starter
from tests.examples.test_fruits import FRUITS, command

__all__ = ["command"]
KEY, SECRET = "a" * 32, "b" * 64


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("store"))
    made.start()
    account.create_bucket(made.root, "photos-here")
    account.put_token(made.root, KEY, SECRET, "photos-here", write=True)
    yield made
    made.stop()


@pytest.fixture
def app(store: Store, database: Database, starter: Starter, command: list[str]) -> Running:
    """The app with the variables that `bucket: true` sets."""
    variables = {"S3_ENDPOINT": store.endpoint, "S3_BUCKET": "photos-here", "S3_REGION": "auto"}
    keys = {"S3_ACCESS_KEY_ID": KEY, "S3_SECRET_ACCESS_KEY": SECRET}
    return starter.start(command, FRUITS, database.url, **variables, **keys).listens()


def upload(address: str, photo: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, photo, method="PUT")) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def test_a_photo_goes_into_the_bucket_and_comes_back(app: Running, store: Store) -> None:
    status, told = app.post("/photo?fruit=another-apple", b"")
    address = json.loads(told)["upload"]
    assert (status, address.startswith(f"{store.endpoint}/photos-here/photos/another-apple?")) == (200, True)
    assert upload(address, b"a photo") == 200
    assert app.get("/photo?fruit=another-apple") == (200, "a photo")


def test_an_address_is_good_for_that_one_photo(app: Running) -> None:
    address = json.loads(app.post("/photo?fruit=fig", b"")[1])["upload"]
    assert upload(address.replace("/fig?", "/quince?"), b"x") == 403
    assert SECRET not in address


@pytest.mark.parametrize("fruit", ["", "pear", "..%2Ffig"])
def test_only_a_fruit_has_a_photo(app: Running, fruit: str) -> None:
    assert app.post(f"/photo?fruit={fruit}", b"") == (404, '{"error":"no such fruit"}')


def test_without_a_bucket_it_says_so(database: Database, starter: Starter, command: list[str]) -> None:
    app = starter.start(command, FRUITS, database.url).listens()
    assert app.get("/photo?fruit=apple") == (501, '{"error":"this app has no bucket"}')
