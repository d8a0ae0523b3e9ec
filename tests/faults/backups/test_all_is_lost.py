"""Server, laptop and state are gone; what is left is the bucket, the accounts' tokens and the stack file."""

import shutil
from typing import Any

import pytest

from sandbox.host.machine import Machine
from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site

APPS: dict[str, Any] = {"fruits": {}}


@pytest.fixture(scope="module")
def lost(site: Site) -> Site:
    """Rows in a dump; then nothing but the bucket."""
    site.up(apps=APPS)
    fill(site.bench, "fruits")
    site.bench.root("dokku postgres:backup db db-backups")
    for machine in Machine.all(site.root):
        machine.destroy()
        shutil.rmtree(machine.directory, ignore_errors=True)
    (site.root / "cloud/hcloud.json").unlink()
    shutil.rmtree(site.root / "state")
    return site


@pytest.mark.soak
def test_a_bucket_that_is_there_is_not_taken_by_accident(lost: Site) -> None:
    said = lost.fails(apps=APPS)
    assert "db-backups" in said
    assert not Machine.all(lost.root)


@pytest.mark.soak
def test_the_bucket_is_taken_over_and_all_comes_back(lost: Site) -> None:
    again: dict[str, Any] = {
        "apps": APPS,
        "backups": {"bucket-exists": True},
        "database": {"restore-from": "latest"},
    }
    lost.up(**again)
    assert rows(lost.bench, "fruits") == ROWS
    with lost.bench.database(lost.bench.env("fruits")["DATABASE_URL"]) as session:
        session.execute("INSERT INTO fruits VALUES ('cherry')")
    assert lost.up(**again).total == 0
    lost.bench.root("dokku postgres:backup db db-backups")
    assert lost.up(apps=APPS, backups={"bucket-exists": True}).counts.keys() <= {"same", "delete", "read"}
