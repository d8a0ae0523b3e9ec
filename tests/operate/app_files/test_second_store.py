"""Files in a second store whose key cannot delete, by the real restic; and back when the first store is gone."""

import time

import pytest

from components.config.backups_spec import Copy
from components.dokku import backup_copy
from host.files.run import RunFiles
from sandbox.store import Store, account, objects
from tests.support.hosts.app_files import UPLOADS, Files
from tests.support.operate import SECOND, Petbase, Pulumi

pytestmark = pytest.mark.soak
COPIES = SECOND["bucket"]


@pytest.fixture
def both(files: Files, second_account: Store, pulumi: Pulumi, petbase: Petbase) -> Files:
    """The files of the estate, which go to a second store too; its lock lets restic's own locks go."""
    account.put_lock(second_account.root, COPIES, [])
    secret = SECOND["secretAccessKey"]
    account.put_token(second_account.root, SECOND["accessKeyId"], secret, COPIES, write=True, delete=True)
    copy = Copy(endpoint=second_account.endpoint, bucket=COPIES)
    files.send(backup_copy.ensure("test", "db", copy), SECOND["accessKeyId"], secret)
    told = files.outputs()
    told["backups"]["copy"] = {**SECOND, "endpoint": second_account.endpoint}
    pulumi.stack("test", told)
    petbase.secrets = [*petbase.secrets, secret]
    return files


def test_files_come_back_when_the_first_store_is_gone(
    both: Files, petbase: Petbase, running_store: Store, second_account: Store
) -> None:
    both.send(RunFiles("db"))
    there = [one.key for one in objects.listing(second_account.root, COPIES) if "/files/db/" in f"/{one.key}"]
    assert sum("/snapshots/" in key for key in there) == 2
    assert not [key for key in there if "/locks/" in key]
    assert petbase("drill", "--files").code == 0
    both.path(f"{UPLOADS}/photo").write_text("worm")
    running_store.stop()
    try:
        assert petbase("restore", "--app", "fruits", "--files", "--yes").code == 1
        ran = petbase("restore", "--app", "fruits", "--files", "--from", "copy", "--yes")
        assert ran.code == 0, ran.err
    finally:
        running_store.start()
    assert both.path(f"{UPLOADS}/photo").read_text() == "apple"


def test_a_key_that_cannot_delete_is_enough(both: Files, second_account: Store) -> None:
    """restic's own lock stays behind, for which the 0.14 of Debian 12 would try again for a minute and a half."""
    secret = SECOND["secretAccessKey"]
    account.put_token(second_account.root, SECOND["accessKeyId"], secret, COPIES, write=True, delete=False)
    both.path("/var/lib/petbase/services/db/files/settings.json").write_text(both.one_folder())
    began = time.monotonic()
    both.send(RunFiles("db"))
    assert time.monotonic() - began < 45
    assert both.status(UPLOADS)["copy_problem"] == ""
    assert both.status(UPLOADS)["copied_at"]
