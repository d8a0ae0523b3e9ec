"""A checkout of its own with one stack, `test`, and the verbs run on it as a person runs them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from operate import stack as stacks
from sandbox.store import Store, account
from tests.support.estate import BUCKET, KEY, SECRET, Estate, make_estate
from tests.support.host import start_host
from tests.support.operate import Petbase, Pulumi, outputs


@pytest.fixture
def petbase(capfd: pytest.CaptureFixture[str]) -> Petbase:
    """petbase("url", "fruits") → exit code, stdout, stderr."""
    return Petbase(capfd, secrets=[SECRET])


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the stack files: a filled-in `test`, and the example for `prod` as it is committed."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("prod", "sandbox"):
        (folder / f"Pulumi.{name}.yaml").write_text((stacks.CHECKOUT / f"Pulumi.{name}.yaml").read_text())
    (folder / "Pulumi.test.yaml").write_text("config: {}\n")
    monkeypatch.setattr(stacks, "CHECKOUT", folder)
    monkeypatch.setenv("PETBASE_STACK", "test")
    monkeypatch.delenv("PETBASE_IDENTITY", raising=False)
    monkeypatch.delenv("PETBASE_BACKUP_PASSPHRASE", raising=False)
    return folder


@pytest.fixture
def pulumi(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Pulumi:
    """The stand-in CLI, first on PATH, which knows the stack `test` of `checkout`."""
    found = Pulumi(tmp_path / "bin")
    found.stack("test", outputs())
    assert checkout.exists()
    monkeypatch.setenv("PATH", f"{found.folder}:{os.environ['PATH']}")
    return found


@pytest.fixture(scope="session")
def running_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The S3 store of the sandbox with one bucket and its token."""
    store = Store(tmp_path_factory.mktemp("store"))
    store.start()
    account.create_bucket(store.root, BUCKET)
    account.put_token(store.root, KEY, SECRET, BUCKET, write=True)
    yield store
    store.stop()


@pytest.fixture
def store(running_store: Store, pulumi: Pulumi) -> Store:
    """The store, empty, and the stack's own."""
    for file in (account.bucket_dir(running_store.root, BUCKET) / "objects").iterdir():
        file.unlink()
    pulumi.stack("test", outputs(backups={"endpoint": running_store.endpoint}))
    return running_store


@pytest.fixture(scope="session")
def made_estate(sandbox_root: Path, sandbox_key: Path, running_store: Store) -> Estate:
    """A host on which the program's own scripts made a database, two apps and backups; once, it takes seconds."""
    return make_estate(start_host(sandbox_root, "operate", sandbox_key), running_store.endpoint)


@pytest.fixture
def estate(made_estate: Estate, store: Store, pulumi: Pulumi, monkeypatch: pytest.MonkeyPatch) -> Estate:
    """The estate as the stack `test`, its key named; its database as new."""
    assert store.is_running()
    monkeypatch.setenv("PETBASE_IDENTITY", str(made_estate.host.key))
    pulumi.stack("test", made_estate.outputs)
    made_estate.fill()
    return made_estate
