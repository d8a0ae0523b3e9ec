"""The server is gone with all that was on it: `restore-from` brings the data to a new one, with the real engine."""

from itertools import count
from typing import Any

import pytest

from components.config.backups_spec import Backups
from components.dokku.database import refill
from sandbox.store import faults
from tests.faults.stack.test_edits import deleted_by_hand
from tests.faults.support.bench import SERVICE, texts_of
from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site

# tests/host/database/test_refill.py has the rules in every run.
pytestmark = pytest.mark.soak

APPS: dict[str, Any] = {"fruits": {}, "shop": {"reads": ["fruits"]}}
LATEST = {"restore-from": "latest"}


@pytest.fixture(scope="module")
def lost(site: Site) -> Site:
    """A dump with two apps' rows in the bucket; then the server goes."""
    site.up(apps=APPS)
    fill(site.bench, "fruits")
    fill(site.bench, "shop")
    site.bench.root("dokku postgres:backup db db-backups")
    deleted_by_hand(site)
    site.engine({"apps": APPS}).refresh()
    return site


def test_a_store_that_does_not_answer_leaves_nothing_half_done_and_no_schedule(lost: Site) -> None:
    """A dump of the empty database would else be the newest by the next night."""
    faults.order(lost.root / "store", status=503, times=999, method="GET", key="postgres-db-")
    said = lost.fails(apps=APPS, database=LATEST)
    (lost.root / "store/faults.json").unlink()
    assert "cannot be fetched" in said
    assert "nothing was changed" in said
    assert not (lost.bench.disk / "etc/cron.d/dokku-postgres-db").exists()
    assert not list((lost.bench.disk / "var/lib/petbase").glob("refill.*"))


def test_a_new_server_gets_apps_links_data_and_schedule(lost: Site) -> None:
    lost.said.clear()
    lost.up(apps=APPS, database=LATEST)
    assert "holds postgres-db-" in "\n".join(lost.said)
    assert (rows(lost.bench, "fruits"), rows(lost.bench, "shop")) == (ROWS, ROWS)
    for app in APPS:
        with lost.bench.database(lost.bench.env(app)["DATABASE_URL"]) as session:
            session.execute("INSERT INTO fruits VALUES ('cherry')")
    with lost.bench.database(lost.bench.env("shop")["DATABASE_URL"]) as session:
        assert session.execute("SELECT count(*) FROM fruits.fruits").fetchone() == (3,)
    assert (lost.bench.disk / "etc/cron.d/dokku-postgres-db").exists()
    assert lost.up(apps=APPS, database=LATEST).total == 0


def test_a_database_with_tables_is_left_alone_and_a_line_says_so(lost: Site) -> None:
    lost.said.clear()
    lost.up(apps=APPS, database=LATEST, generation=2)
    assert "db: holds 2 tables already, so restore-from: latest does nothing" in "\n".join(lost.said)
    with lost.bench.database(lost.bench.env("fruits")["DATABASE_URL"]) as session:
        assert session.execute("SELECT count(*) FROM fruits").fetchone() == (3,)


def test_a_refill_cut_anywhere_is_finished_by_the_next_run_and_never_half_there(lost: Site) -> None:
    """The rows dropped by hand; then the stack's command, killed before its n-th call."""
    bench = lost.bench
    endpoint = lost.engine({}).details()["backups"]["endpoint"]
    command = refill(SERVICE, "latest", Backups(bucket="db-backups"), endpoint)
    held = texts_of(bench.disk / "var/lib/dokku/services/postgres/db/backup")
    secrets = (held["AWS_ACCESS_KEY_ID"][0], held["AWS_SECRET_ACCESS_KEY"][0], "")
    for n in count(4, 9):
        with bench.database() as session:
            for app in APPS:
                session.execute(f"DROP SCHEMA IF EXISTS {app} CASCADE".encode())
        where = bench.cut(command, n, *secrets)
        with bench.database() as session:
            tables = session.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'fruits'").fetchone()
        assert tables in [(0,), (2,)], where
        bench.done(command, *secrets)
        for app in APPS:
            assert rows(bench, app) == ROWS, where
        if not where:
            break
    assert n > 15


def test_the_line_may_go_again(lost: Site) -> None:
    lost.up(apps=APPS, generation=2)
    assert rows(lost.bench, "fruits") == ROWS
    assert lost.up(apps=APPS, generation=2).total == 0
