"""Edits of alerts, database, schedule and store that failed, or were made at an odd time, and are taken back.

Each ends with its twin: the same `up` again has nothing to do.
"""

import json
from typing import Any

import pytest
from pulumi.automation import ConfigValue

from tests.faults.support.site import Site

# The rule itself is in test_taken_back.py, in every run; tests/host has what each command leaves where it is cut.
pytestmark = pytest.mark.soak

GOOD: dict[str, Any] = {"apps": {"plums": {}}}
WATCH = "/var/lib/petbase/services/db/watch"
SCHEDULE = "etc/cron.d/dokku-postgres-db"
CREDENTIALS = "var/lib/dokku/services/postgres/db/backup"


@pytest.fixture(scope="module")
def begun(site: Site) -> Site:
    site.up(**GOOD)
    return site


def secret(text: str) -> ConfigValue:
    return ConfigValue(text, secret=True)


def schedule(site: Site) -> str:
    file = site.bench.disk / SCHEDULE
    return file.read_text() if file.exists() else ""


def credentials(site: Site) -> dict[str, str]:
    return {file.name: file.read_text() for file in (site.bench.disk / CREDENTIALS).iterdir()}


def setting(site: Site, name: str) -> str:
    with site.bench.database() as session:
        row = session.execute(f"SHOW {name}".encode()).fetchone()
    assert row
    return str(row[0])


def test_an_alert_channel_that_could_not_be_added_and_is_taken_back_is_not_there(begun: Site) -> None:
    begun.bench.root(f"touch {WATCH}/channels")  # where a folder belongs
    begun.config = {"petbase:alertUrl.phone": secret("https://example.com/ph0ne")}
    assert "db-watch" in begun.fails(**GOOD, alerts={"phone": {"kind": "webhook"}})
    begun.bench.root(f"rm {WATCH}/channels")
    begun.config = {}
    begun.up(**GOOD)
    assert json.loads(begun.bench.root(f"cat {WATCH}/settings.json"))["channels"] == []
    assert "ph0ne" not in begun.bench.root(f"cat $(find {WATCH} -type f)")
    assert begun.up(**GOOD).total == 0


def test_a_database_setting_that_was_refused_gives_way_to_another_edit(begun: Site) -> None:
    before = setting(begun, "shared_preload_libraries")
    bad = {"shared_preload_libraries": "nosuch"}
    said = begun.fails(**GOOD, database={"config": bad})
    assert "db-service" in said
    other = {**GOOD, "database": {"config": {"work_mem": "8MB"}}}
    begun.up(**other)
    assert (setting(begun, "work_mem"), setting(begun, "shared_preload_libraries")) == ("8MB", before)
    assert begun.up(**other).total == 0
    begun.fails(**GOOD, database={"config": {"work_mem": "8MB", **bad}})
    begun.up(**GOOD)
    assert (setting(begun, "work_mem"), setting(begun, "shared_preload_libraries")) == ("4MB", before)
    assert begun.up(**GOOD).total == 0


def test_a_store_that_is_not_reached_and_is_taken_back_costs_the_earlier_one_nothing(begun: Site) -> None:
    before = schedule(begun), credentials(begun)
    begun.config = {"petbase:s3AccessKeyId": secret("a" * 32), "petbase:s3SecretAccessKey": secret("b" * 64)}
    other = {"store": "s3", "account-id": None, "endpoint": "http://127.0.0.1:9", "bucket": "elsewhere"}
    assert "takes nothing for elsewhere" in begun.fails(**GOOD, backups=other)
    begun.config = {}
    begun.up(**GOOD)
    assert (schedule(begun), credentials(begun)) == before
    assert begun.bench.state("services/db/place") is None
    begun.bench.root("dokku postgres:backup db db-backups")
    assert begun.up(**GOOD).total == 0


def test_a_schedule_that_changes_while_backups_are_paused_counts_when_they_go_on(begun: Site) -> None:
    paused: dict[str, Any] = {"paused": True}
    begun.up(**GOOD, backups=paused)
    begun.up(**GOOD, backups={**paused, "schedule": "5 5 * * *"})
    assert schedule(begun) == ""
    assert begun.up(**GOOD, backups={**paused, "schedule": "5 5 * * *"}).total == 0
    begun.up(**GOOD, backups={"schedule": "5 5 * * *"})
    assert schedule(begun).startswith("5 5 * * * dokku /usr/bin/dokku postgres:backup db ")
    assert begun.up(**GOOD, backups={"schedule": "5 5 * * *"}).total == 0


def test_files_whose_first_run_was_killed_and_that_are_taken_back_are_backed_up_no_more(begun: Site) -> None:
    """The server's run goes on without its client, and Pulumi never hears how it ended."""
    begun.up(**GOOD)
    folder = begun.bench.disk / "var/lib/petbase/services/db/files"
    kept = {"plums": {"storage": ["plums-files:/app/files"], "backup": True}}
    begun.killed(folder.exists, apps=kept)
    begun.up(**GOOD)
    settings = folder / "settings.json"
    assert not settings.exists() or json.loads(settings.read_text())["folders"] == []
    assert json.loads(begun.bench.root(f"cat {WATCH}/settings.json"))["files"] is False
    assert begun.up(**GOOD).total == 0
