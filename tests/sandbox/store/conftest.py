"""A running store with one bucket and a token that may write to it, and boto3 as the client that signs."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from sandbox.store import Store, account

BUCKET = "db-backups"
KEY, SECRET = "a" * 32, "b" * 64
Client = Any  # boto3 makes its clients at run time
MakeClient = Callable[..., Client]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One server for all tests; each test makes its own bucket and token."""
    store = Store(tmp_path_factory.mktemp("store"))
    store.start()
    yield store
    store.stop()


@pytest.fixture
def store(running: Store) -> Iterator[Store]:
    """The server, with an empty bucket and its token."""
    account.create_bucket(running.root, BUCKET)
    account.put_token(running.root, KEY, SECRET, BUCKET, write=True)
    yield running
    (running.root / "faults.json").unlink(missing_ok=True)
    account.delete_token(running.root, KEY)
    for name in account.buckets(running.root):
        for file in (account.bucket_dir(running.root, name) / "objects").iterdir():
            file.unlink()
        account.delete_bucket(running.root, name)


@pytest.fixture
def make_client(store: Store) -> Iterator[MakeClient]:
    """Makes S3 clients: make_client(key, secret, region=…, **botocore's config); no retries, checksums off."""
    made: list[Client] = []

    def make(key: str = KEY, secret: str = SECRET, region: str = "auto", **config: Any) -> Client:
        settings = {
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
            "retries": {"total_max_attempts": 1},
            "s3": {"addressing_style": "path"},
            **config,
        }
        client = boto3.client(
            "s3",
            endpoint_url=store.endpoint,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            region_name=region,
            config=Config(**settings),
        )
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def s3(make_client: MakeClient) -> Client:
    return make_client()


@pytest.fixture
def root(store: Store) -> Path:
    return store.root
