"""New tokens for the bucket while dumps go on, with the real engine, the store that checks signatures, and cuts."""

import pytest

from sandbox.providers.cloud import Cloud
from sandbox.store import faults
from tests.faults.support.bench import Bench
from tests.faults.support.site import Site

# tests/components has the order of new tokens and old, and test_locks.py what the reading one may do, in every run.
pytestmark = pytest.mark.soak

TOKEN = "cloudflare:index/accountToken:AccountToken"


@pytest.fixture(scope="module")
def begun(site: Site) -> Site:
    site.up(apps={"fruits": {}})
    return site


def names(site: Site) -> set[str]:
    return {token["name"] for token in Cloud(site.root, "cloudflare").all(TOKEN).values()}


def held(bench: Bench) -> str:
    folder = bench.disk / "var/lib/dokku/services/postgres/db/backup"
    return (folder / "AWS_ACCESS_KEY_ID").read_text().strip()


def dumps(bench: Bench) -> None:
    bench.root("dokku postgres:backup db db-backups")


def test_new_tokens_are_in_use_before_the_old_ones_go(begun: Site) -> None:
    before = held(begun.bench)
    changes = begun.up(apps={"fruits": {}}, backups={"token-generation": 2})
    assert {kind: changes.counts.get(kind) for kind in ("create", "update", "delete")} == {
        "create": 2,
        "update": 1,
        "delete": 2,
    }
    assert names(begun) == {"petbase-sandbox-db-backups-2", "petbase-sandbox-db-backups-2-read"}
    assert held(begun.bench) != before
    dumps(begun.bench)
    assert begun.up(apps={"fruits": {}}, backups={"token-generation": 2}).total == 0


def test_a_token_that_does_not_write_never_replaces_one_that_does(begun: Site) -> None:
    """The store refuses the new one for minutes: the old one stays in use, and is not deleted."""
    before = held(begun.bench)
    faults.order(begun.root / "store", status=403, times=99, method="PUT", key="petbase-db.txt")
    said = begun.fails(apps={"fruits": {}}, backups={"token-generation": 3})
    assert "takes nothing for db-backups" in said
    assert held(begun.bench) == before
    dumps(begun.bench)
    (begun.root / "store/faults.json").unlink()
    begun.up(apps={"fruits": {}}, backups={"token-generation": 3})
    assert names(begun) == {"petbase-sandbox-db-backups-3", "petbase-sandbox-db-backups-3-read"}
    dumps(begun.bench)
