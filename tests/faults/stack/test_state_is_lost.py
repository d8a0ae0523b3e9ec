"""Laptop and state are gone, the server lives: docs/disaster.md, 4, as a new state that takes over what runs."""

import shutil
from typing import Any

import pytest
from pulumi.automation import ConfigValue

from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site

# Makes a separate sandbox; test_all_is_lost loses the state too.
pytestmark = pytest.mark.soak

APPS: dict[str, Any] = {"fruits": {}}


@pytest.fixture(scope="module")
def lost(site: Site) -> Site:
    """Rows on a server that no state knows any more, and the page's lines in the stack file."""
    site.up(apps=APPS)
    fill(site.bench, "fruits")
    site.bench.root("dokku postgres:backup db db-backups")
    host_key = (site.bench.disk / "etc/ssh/ssh_host_ed25519_key.pub").read_text().strip()
    shutil.rmtree(site.root / "state")
    site.config = {"petbase:sshPrivateKey": ConfigValue((site.root / "id_ed25519").read_text(), secret=True)}
    server = {"host": site.bench.host.machine.address, "host-key": host_key}
    site.always = {"server": server, "backups": {"bucket-exists": True}, "apps": APPS}
    return site


def test_what_runs_is_its_own_again_with_data_and_password(lost: Site) -> None:
    url = lost.bench.env("fruits")["DATABASE_URL"]
    lost.up()
    assert lost.bench.env("fruits")["DATABASE_URL"] == url
    assert rows(lost.bench, "fruits") == ROWS
    assert lost.bench.state("services/db/owner") == {"how": "made", "stack": lost.stack}
    assert lost.up().total == 0


def test_dumps_go_on_with_the_new_token(lost: Site) -> None:
    lost.bench.root("dokku postgres:backup db db-backups")
    assert (lost.bench.disk / "etc/cron.d/dokku-postgres-db").exists()
