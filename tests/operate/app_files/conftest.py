"""The stack `test`, whose apps' files are backed up by the real restic into a store that checks signatures."""

import pytest

from sandbox import restic
from sandbox.store import Store
from tests.operate.second_store.conftest import second_account  # noqa: F401  (a fixture)
from tests.support.hosts.app_files import PASSPHRASE, SHARED, UPLOADS, Files
from tests.support.hosts.estate import Estate
from tests.support.operate import Petbase, Pulumi


@pytest.fixture(scope="module")
def files_estate(made_estate: Estate, running_store: Store) -> Files:
    """Skipped where there is no restic."""
    if restic.find() is None:
        pytest.skip(restic.MISSING)
    found = Files(made_estate, running_store)
    found.set_up()
    return found


@pytest.fixture
def files(files_estate: Files, estate: Estate, pulumi: Pulumi, petbase: Petbase) -> Files:
    """An empty repository, an apple in the one folder and a pear in the other."""
    assert estate is files_estate.estate
    pulumi.stack("test", files_estate.outputs())
    petbase.secrets = [*petbase.secrets, PASSPHRASE]
    for folder, fruit in ((UPLOADS, "apple"), (SHARED, "pear")):
        for one in files_estate.path(folder).iterdir():
            one.unlink()
        files_estate.path(f"{folder}/photo").write_text(fruit)
    # The store is emptied before each test; what a drill found of the one before would keep old snapshots.
    files_estate.path("/var/lib/petbase/services/db/files/drill-failed.json").unlink(missing_ok=True)
    files_estate.send(files_estate.ensure(), PASSPHRASE)
    return files_estate
