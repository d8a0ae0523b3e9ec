"""An estate whose verified dumps go to a second store too, as `pulumi up` leaves it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.config.backups_spec import Backups, Copy
from components.dokku import backup_copy, backup_watch
from sandbox.store import Store, account
from tests.support.hosts.estate import BUCKET, Estate
from tests.support.operate import SECOND, Petbase, Pulumi

LOCK = [{"id": "all", "enabled": True, "prefix": "", "condition": {"type": "Age", "maxAgeSeconds": 86_400}}]


@pytest.fixture(scope="module")
def second_account() -> Iterator[Store]:
    """A separate store, as of another provider, with a bucket that is locked and a key that cannot delete."""
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        store = Store(Path(folder) / "store")
        store.start()
        account.create_bucket(store.root, SECOND["bucket"])
        account.put_lock(store.root, SECOND["bucket"], LOCK)
        yield store
        store.stop()


@pytest.fixture(scope="module")
def copied_estate(made_estate: Estate, running_store: Store, second_account: Store) -> Estate:
    key(second_account)
    copy = Copy(endpoint=second_account.endpoint, bucket=SECOND["bucket"])
    spec = Backups.model_validate({"bucket": BUCKET, "copy": copy})
    send(made_estate, backup_copy.ensure("test", "db", copy), SECOND["accessKeyId"], SECOND["secretAccessKey"])
    send(made_estate, backup_watch.ensure("db", spec, running_store.endpoint), "", "{}")
    return made_estate


@pytest.fixture
def second(
    copied_estate: Estate, estate: Estate, second_account: Store, pulumi: Pulumi, petbase: Petbase
) -> Iterator[Store]:
    """The second store, empty, and the stack `test` with it; the first one runs again afterwards."""
    assert copied_estate is estate
    for file in (account.bucket_dir(second_account.root, SECOND["bucket"]) / "objects").iterdir():
        file.unlink()
    estate.connection.run("rm", "-rf", "/var/lib/petbase/services/db/copy/done")
    told: dict[str, Any] = {**SECOND, "endpoint": second_account.endpoint}
    pulumi.stack("test", {**estate.outputs, "backups": {**estate.outputs["backups"], "copy": told}})
    petbase.secrets = [*petbase.secrets, SECOND["secretAccessKey"]]
    yield second_account
    key(second_account)


def key(store: Store) -> None:
    """The key of the second store as it is: it writes, and cannot delete."""
    secret = SECOND["secretAccessKey"]
    account.put_token(store.root, SECOND["accessKeyId"], secret, SECOND["bucket"], write=True, delete=False)


def send(estate: Estate, command: Any, *secrets: str) -> str:
    """A command of the stack, which must end well."""
    done = estate.host.send("test", command, *secrets)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
