"""Edits of the stack file that would lose something, on a protected estate: refused before anything is touched."""

from typing import Any

import pytest
from pulumi.automation import ConfigValue

from sandbox.host.machine import Machine
from sandbox.providers.cloud import Cloud
from tests.faults.nouns import LINKED, ROWS, fill, rows
from tests.faults.site import Site, named

SERVER, ADDRESS = "hcloud:index/server:Server", "hcloud:index/primaryIp:PrimaryIp"
FRUITS: dict[str, Any] = {"fruits": {}, "shop": {}}


@pytest.fixture(scope="module")
def kept(site: Site) -> Site:
    """A protected estate with two apps, rows in one, encrypted dumps."""
    site.config = {"petbase:backupPassphrase": ConfigValue("correct-horse-battery", secret=True)}
    site.always = {"protect": True, "apps": FRUITS, "backups": {"encrypt": True}}
    site.up()
    fill(site.bench, "fruits")
    return site


def deleted_by_hand(site: Site) -> None:
    """The server is deleted in Hetzner's console; its address stays, and is nobody's."""
    (machine,) = Machine.all(site.root)
    machine.destroy()
    cloud = Cloud(site.root, "hcloud")
    cloud.drop(SERVER, machine.directory.name)
    for key, address in cloud.all(ADDRESS).items():
        cloud.put(ADDRESS, key, {**address, "assigneeId": 0})


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ({"apps": {"shop": {}}}, "petbase:app:App$command:remote:Command::fruits-app"),
        ({"server": {"image": "ubuntu-24.04"}}, "hcloud:index/server:Server::sandbox"),
        ({"server": {"location": "hel1"}}, "hcloud:index/server:Server::sandbox"),
        ({"database": {"service": "petdb"}}, "petbase:database:Database$command:remote:Command::db-service"),
        ({"backups": {"bucket": "other-backups"}}, "cloudflare:index/r2BucketLifecycle:R2BucketLifecycle::db-backups"),
        (
            {"apps": {**FRUITS, "fruits": {"schema": "other"}}},
            "apps.fruits.schema: fruits to other leaves the tables of fruits in fruits, where it will not look; write "
            "schema: fruits, or apps.fruits.protect: false if it may begin anew",
        ),
        (
            {"database": {"version": "17.9"}},
            "database.version: 18.4 to 17.9 is another major version, which needs a dump, a new service and a restore; "
            'write "18.4"',
        ),
        (
            {"backups": {"keep-days": 10}},
            "backups.keep-days: 35 to 10 deletes the dumps older than 10 days; write 35, or backups.protect: false if "
            "they may go",
        ),
        (
            {"backups": {"jurisdiction": "eu"}},
            'backups.jurisdiction: a bucket stays where it was made; write "default", or name another bucket',
        ),
        (
            {"backups": {"encrypt": False}},
            "backups.encrypt: true to false; write true, or backups.protect: false if dumps may lie in the clear",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value),
)
def test_an_edit_that_would_lose_something_is_refused_and_nothing_is_touched(
    kept: Site, edit: dict[str, Any], text: str
) -> None:
    said = kept.refuses(**edit)
    assert text in said
    assert "is protected" in said or "marked for protection" in said or "before hook" in said


def test_what_is_protected_goes_in_two_steps_and_its_rows_stay(kept: Site) -> None:
    kept.up(apps={"fruits": {"protect": False}, "shop": {}})
    kept.up(apps={"shop": {}})
    found = kept.bench.app("fruits")
    assert (found["exists"], found["links"], found["role"]["rolcanlogin"]) == (False, 0, False)
    assert rows(kept.bench, "fruits") == ROWS
    kept.up()
    with kept.bench.database(kept.bench.env("fruits")["DATABASE_URL"]) as session:
        assert session.execute("SELECT name FROM fruits ORDER BY name").fetchall() == ROWS


def test_a_new_server_in_the_place_of_one_that_is_gone_gets_everything_again(kept: Site) -> None:
    deleted_by_hand(kept)
    assert kept.engine({}).refresh().counts["delete"] == 1
    changes = kept.up()
    assert changes.counts["update"] >= 6  # each command: host, database, two apps, two links, backups
    fill(kept.bench, "shop")
    assert named(kept.bench.app("shop")) == LINKED
    assert "dokku postgres:backup db db-backups" in (kept.bench.disk / "etc/cron.d/dokku-postgres-db").read_text()
    assert kept.up().total == 0
