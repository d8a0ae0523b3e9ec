"""A separate checkout with one stack, `test`, and the verbs run on it as a person runs them."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operate.adopt import account_checks
from operate.stack import stack_files
from sandbox.store import Store, account
from tests.support.dumps import locked
from tests.support.hosts.estate import BUCKET, KEY, ROWS, SECRET, Estate, make_estate
from tests.support.hosts.image import Image
from tests.support.hosts.sandbox_host import make_key, start_host
from tests.support.operate import Petbase, Pulumi, outputs
from tests.support.servers.accounts import ACCOUNT, CLOUDFLARE, HCLOUD, INSTALLER, R2, SERVER_TYPE, Accounts, serving


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
        (folder / f"Pulumi.{name}.yaml").write_text((stack_files.CHECKOUT / f"Pulumi.{name}.yaml").read_text())
    (folder / "Pulumi.test.yaml").write_text("config: {}\n")
    monkeypatch.setattr(stack_files, "CHECKOUT", folder)
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
def estate_image(sandbox_root: Path, sandbox_key: Path, running_store: Store) -> tuple[Estate, Image]:
    """A host on which the program's own scripts made a database, two apps, backups; it takes seconds."""
    made = make_estate(start_host(sandbox_root, "operate", sandbox_key), running_store.endpoint)
    return made, Image.of(made.host)


@pytest.fixture(scope="module")
def made_estate(estate_image: tuple[Estate, Image]) -> Iterator[Estate]:
    """The same host for a file's tests, as new."""
    made, image = estate_image
    image.boot()
    yield made
    made.host.machine.stop()


@pytest.fixture
def estate(
    made_estate: Estate, store: Store, pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Estate:
    """The estate as the stack `test`, its key named; its database as new, and nothing in the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert store.is_running()
    monkeypatch.setenv("PETBASE_IDENTITY", str(made_estate.host.key))
    pulumi.stack("test", made_estate.outputs)
    made_estate.fill()
    return made_estate


@pytest.fixture
def dump(petbase: Petbase, estate: Estate) -> str:
    assert estate.sql(ROWS) == "apple banana"
    key: str = json.loads(petbase("backup", "--json").out)["key"]
    return key


@pytest.fixture
def locked_dump(petbase: Petbase, dump: str, tmp_path: Path) -> Path:
    """The dump behind a passphrase, which no output may show."""
    file = tmp_path / "dump.tgz"
    assert petbase("download", "--key", dump, "--output", str(file)).code == 0
    file.write_bytes(locked(file.read_bytes(), "a passphrase"))
    petbase.secrets = [*petbase.secrets, "a passphrase"]
    return file


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    with serving() as found:
        for name in ("HETZNER", "CLOUDFLARE", "DOKKU"):
            monkeypatch.setattr(account_checks, name, found.url)
        found.says("/server_types", 200, {"server_types": [SERVER_TYPE]})
        found.says(R2, 200, {"success": True, "errors": [], "result": {"buckets": []}})
        found.says("/v0.38.27/bootstrap.sh", 200, INSTALLER)
        monkeypatch.setenv("HCLOUD_TOKEN", HCLOUD)
        monkeypatch.setenv("CLOUDFLARE_API_TOKEN", CLOUDFLARE)
        yield found


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return Path(f"{make_key(tmp_path / 'id_ed25519')}.pub")


@pytest.fixture
def words(checkout: Path, key: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All answers as options, in `checkout`; there is no terminal."""
    assert checkout.is_dir()
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    return ["init", "live", "--domain", "example.org", "--public-key", str(key), "--account-id", ACCOUNT]
