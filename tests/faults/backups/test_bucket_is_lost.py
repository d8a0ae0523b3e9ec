"""docs/disaster.md, 8: the bucket is gone with its provider, and the server too; the second store has copies."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import ConfigValue

from host.copy.run import RunCopy
from host.drill.run import RunDrill
from sandbox.providers.cloudflare.api import NOT_PERMITTED
from sandbox.store import Store, account, objects
from tests.faults.stack.test_edits import deleted_by_hand
from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site

# Makes a new sandbox; tests/host/database has the rules in every run.
pytestmark = pytest.mark.soak

APPS: dict[str, Any] = {"fruits": {}}
COPIES, FRESH = ("c0" * 16, "c1" * 32), ("f0" * 16, "f1" * 32)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Store]:
    """A provider with two buckets: the copies, and one for new dumps."""
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        store = Store(Path(folder) / "store")
        store.start()
        for bucket, key in (("copies", COPIES), ("fresh", FRESH)):
            account.create_bucket(store.root, bucket)
            account.put_token(store.root, *key, bucket, write=True, delete=bucket == "fresh")
        yield store
        store.stop()


@pytest.fixture(scope="module")
def lost(site: Site, elsewhere: Store) -> Site:
    """Rows in a dump that was verified and copied; then bucket, Cloudflare's account and server are gone."""
    names = ("copyAccessKeyId", "copySecretAccessKey", "s3AccessKeyId", "s3SecretAccessKey")
    values = {
        f"petbase:{name}": ConfigValue(value, secret=True) for name, value in zip(names, COPIES + FRESH, strict=True)
    }
    site.config = dict(list(values.items())[:2])
    site.always = {"apps": APPS, "backups": {"copy": {"endpoint": elsewhere.endpoint, "bucket": "copies"}}}
    site.up()
    fill(site.bench, "fruits")
    site.bench.root("dokku postgres:backup db db-backups")
    site.bench.done(RunDrill("db"))
    site.bench.done(RunCopy("db"))
    deleted_by_hand(site)
    site.engine({}).refresh()
    Store(site.root / "store").stop()
    (site.root / "cloud" / NOT_PERMITTED).write_text("/")
    site.config = values
    return site


def forget(site: Site, changes: dict[str, Any]) -> int:
    """`pulumi state delete URN` for each resource of Cloudflare that is left, as the page says; how many there were."""
    engine = site.engine(changes)
    left = [one["urn"] for one in engine.export()["resources"] if one["type"].startswith("cloudflare:")]
    with engine._ready() as stack:
        for urn in reversed(left):
            words = ["state", "delete", urn, "--yes", "--stack", engine.stack]
            stack.workspace.pulumi_command.run(words, str(engine.project.folder), stack.workspace.env_vars)
    return len(left)


def test_a_new_server_gets_its_data_from_the_second_store(lost: Site, elsewhere: Store) -> None:
    new = {"store": "s3", "endpoint": elsewhere.endpoint, "bucket": "fresh", "path": "dumps", "account-id": None}
    again: dict[str, Any] = {
        "edge": {"dns": "none"},
        "backups": {**new, "protect": False},
        "database": {"restore-from": "latest", "restore-store": "copy"},
    }
    said = lost.fails(**again)
    assert {line.partition(" (")[2].partition(":")[0] for line in said.splitlines() if "failed to make" in line} == {
        "cloudflare"
    }, said
    assert "holds postgres-db-" in "\n".join(lost.said)
    assert rows(lost.bench, "fruits") == ROWS
    with lost.bench.database(lost.bench.env("fruits")["DATABASE_URL"]) as session:
        session.execute("INSERT INTO fruits VALUES ('cherry')")
    assert forget(lost, again) > 0
    # What Pulumi itself had of them: the provider, and the component.
    assert lost.up(**again).counts.keys() == {"same", "delete"}
    assert lost.up(**again).total == 0
    lost.bench.root("dokku postgres:backup db fresh/dumps")
    lost.bench.done(RunDrill("db"))
    lost.bench.done(RunCopy("db"))
    copies = [one.key for one in objects.listing(elsewhere.root, "copies")]
    assert len([key for key in copies if key.startswith("sandbox/postgres-db-")]) == 2
