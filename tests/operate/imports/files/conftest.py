"""The app fruits with a bucket, beside a bucket elsewhere; one store stands in for both."""

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from operate.dumps import s3
from sandbox.store import Store, account, faults, objects, tamper
from tests.support.hosts.estate import BUCKET, KEY
from tests.support.hosts.estate import SECRET as DUMPS_SECRET
from tests.support.operate import Petbase, Pulumi, outputs

OWN, SHOP = "fruits-example-com", "shop-uploads"
OWN_KEY, SHOP_KEY = ("f" * 32, "1f" * 32), ("5" * 32, "5e" * 32)


@dataclass
class Buckets:
    store: Store

    def held(self, bucket: str = OWN) -> dict[str, bytes]:
        keys = [one.key for one in objects.listing(self.store.root, bucket)]
        return {key: tamper.content(self.store.root, bucket, key) for key in keys}

    def headers(self, key: str) -> dict[str, str]:
        """What the app's bucket says of a file, but for our own mark."""
        found = objects.describe(self.store.root, OWN, key).headers
        return {name: value for name, value in found.items() if name != "x-amz-meta-petbase-source"}

    def put(self, bucket: str, key: str, content: bytes, **headers: Any) -> None:
        """A file, by S3."""
        self.client(bucket).put_object(Bucket=bucket, Key=key, Body=content, **headers)

    def client(self, bucket: str) -> Any:
        """S3 with the bucket's key."""
        return s3.client(self.store.endpoint, "auto", *(OWN_KEY if bucket == OWN else SHOP_KEY))

    def key(self, bucket: str) -> None:
        """The bucket's key works (again)."""
        token = OWN_KEY if bucket == OWN else SHOP_KEY
        account.put_token(self.store.root, *token, bucket, write=bucket == OWN)


@pytest.fixture(scope="module")
def running() -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        store = Store(Path(folder) / "store")
        store.start()
        for bucket in (OWN, SHOP, BUCKET):
            account.create_bucket(store.root, bucket)
        account.put_token(store.root, KEY, DUMPS_SECRET, BUCKET, write=True)
        yield store
        store.stop()


@pytest.fixture
def buckets(
    running: Store, pulumi: Pulumi, petbase: Petbase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Buckets:
    """Both empty, their keys good; the stack has the one, the environment the other's key."""
    found = Buckets(running)
    faults.clear(running.root)
    for bucket in (OWN, SHOP):
        for part in ("objects", "uploads"):
            for file in (account.bucket_dir(running.root, bucket) / part).iterdir():
                objects.remove_upload(file) if file.is_dir() else file.unlink()
    found.key(OWN)
    account.put_token(running.root, *SHOP_KEY, SHOP, write=True)
    fruits = outputs()["apps"]["fruits"]
    told = {"name": OWN, "endpoint": running.endpoint, "region": "auto", "key": f"1/{OWN}/default", "public": None}
    told |= {"accessKeyId": OWN_KEY[0], "secretAccessKey": OWN_KEY[1]}
    backups = {"endpoint": running.endpoint, "accessKeyId": KEY, "secretAccessKey": DUMPS_SECRET}
    apps = {"fruits": {**fruits, "bucket": told}, "bare": {**fruits, "schema": "bare"}}
    pulumi.stack("test", outputs(apps=apps, backups=backups))
    petbase.secrets = [OWN_KEY[1], SHOP_KEY[1]]
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PETBASE_IMPORT_ACCESS_KEY_ID", SHOP_KEY[0])
    monkeypatch.setenv("PETBASE_IMPORT_SECRET_ACCESS_KEY", SHOP_KEY[1])
    return found


@pytest.fixture
def shop(buckets: Buckets) -> list[str]:
    return ["--files", f"s3://{SHOP}", "--files-endpoint", buckets.store.endpoint]


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos/apple.jpg").write_bytes(b"an apple")
    (folder / "photos/fig.webp").write_bytes(b"a fig")
    (folder / "note").write_bytes(b"")
    return folder


class Agreeing(io.StringIO):
    """A person who types the app's name, and what happens meanwhile."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__("fruits\n")
        self.meanwhile = meanwhile

    def readline(self, *_: Any) -> str:  # type: ignore[override]
        self.meanwhile()
        return super().readline()


def older(path: Path, seconds: int = 100_000) -> None:
    at = path.stat().st_mtime - seconds
    os.utime(path, (at, at))
