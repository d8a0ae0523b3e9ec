"""An `up` that failed and whose change is taken back, and an app that is renamed, with the real engine."""

import json
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import ConfigValue

from tests.faults.support.nouns import ROWS, fill, rows
from tests.faults.support.site import Site

BAD = {"PYTHONHOME": "/nowhere"}
"""With it the app does not start."""


def deployed(site: Site, app: str, folder: Path) -> None:
    """The app alone, pushed."""
    site.up(apps={app: {}})
    (folder / app).mkdir()
    site.push(app, folder / app)


def variables(site: Site, app: str) -> dict[str, str]:
    """The app's variables."""
    found: dict[str, str] = json.loads(site.bench.root(f"dokku config:export --format json {app}"))
    return found


def runs(site: Site, app: str) -> bool:
    """Whether the app's process runs."""
    return site.bench.root(f"dokku ps:report {app} --running") == "true\n"


def test_a_change_that_failed_and_is_taken_back_is_sent_again_and_once(site: Site) -> None:
    good: dict[str, Any] = {"plums": {}}
    site.up(apps=good)
    assert "the PostgreSQL of db has no extension nosuch" in site.fails(apps={"plums": {"extensions": ["nosuch"]}})
    assert dict(site.engine({"apps": good}).preview().counts).get("update") == 1
    assert site.up(apps=good).total == 1
    assert site.up(apps=good).total == 0


def test_a_renamed_app_is_neither_deleted_nor_made_and_keeps_its_rows(site: Site) -> None:
    site.up(apps={"fruits": {"env": {"COLOR": "red"}}})
    fill(site.bench, "fruits")
    renamed = {"apples": {"was": "fruits", "env": {"COLOR": "red"}}}
    assert site.up(apps=renamed).counts.keys() <= {"update", "same", "read"}
    assert rows(site.bench, "apples") == ROWS
    assert site.bench.env("apples")["COLOR"] == "red"
    assert not site.bench.app("fruits")["exists"]
    assert site.up(apps=renamed).total == 0


@pytest.mark.soak
def test_a_change_whose_run_was_killed_and_is_taken_back_is_sent_again(site: Site) -> None:
    """What is tried is in the state before the command begins."""
    good: dict[str, Any] = {"plums": {}}
    site.up(apps=good)
    before = site.connections()
    site.killed(lambda: site.connections() > before, apps={"plums": {"connections": 7}})
    assert site.up(apps=good).total == 1
    assert site.up(apps=good).total == 0


@pytest.mark.soak
def test_a_first_setting_that_failed_and_is_taken_back_is_gone(site: Site, tmp_path: Path) -> None:
    deployed(site, "notes", tmp_path)
    before = variables(site, "notes")
    said = site.fails(apps={"notes": {"env": BAD}})
    assert "dokku ps:restart notes failed with exit code 1" in said
    assert runs(site, "notes")  # the old container goes on
    site.up(apps={"notes": {}})
    assert (variables(site, "notes"), runs(site, "notes")) == (before, True)
    assert site.bench.state("apps/notes/restart") is None
    assert site.up(apps={"notes": {}}).total == 0


@pytest.mark.soak
def test_a_later_setting_that_failed_and_is_taken_back_is_gone(site: Site, tmp_path: Path) -> None:
    deployed(site, "later", tmp_path)
    good: dict[str, Any] = {"later": {"env": {"COLOR": "red"}}}
    site.up(apps=good)
    before = variables(site, "later")
    site.fails(apps={"later": {"env": {"COLOR": "red", **BAD}}})
    site.up(apps=good)
    assert (variables(site, "later"), runs(site, "later")) == (before, True)
    connections = site.connections()
    assert (site.up(apps=good).total, site.connections()) == (0, connections)


@pytest.mark.soak
def test_a_rename_that_failed_and_is_taken_back_leaves_the_app_as_it_was(site: Site, tmp_path: Path) -> None:
    deployed(site, "apples", tmp_path)
    fill(site.bench, "apples")
    said = site.fails(apps={"pears": {"was": "apples", "env": BAD}})
    assert "dokku ps:rebuild pears failed with exit code 1" in said
    assert runs(site, "apples")
    site.up(apps={"apples": {"was": "pears"}})
    assert rows(site.bench, "apples") == ROWS
    assert runs(site, "apples")
    with site.bench.database(variables(site, "apples")["DATABASE_URL"]) as session:
        assert session.execute("SELECT name FROM fruits ORDER BY name").fetchall() == ROWS
    assert site.bench.root("dokku --quiet apps:list").split() == ["apples"]
    assert site.up(apps={"apples": {}}).counts.keys() <= {"same", "update", "delete", "read"}
    assert rows(site.bench, "apples") == ROWS


@pytest.mark.soak
def test_of_two_edits_the_one_that_went_well_is_taken_back_alone(site: Site) -> None:
    plums: dict[str, Any] = {"plums": {"env": {"COLOR": "red"}}, "pears": {}}
    site.up(apps=plums)
    failing = {"extensions": ["nosuch"]}
    site.fails(apps={"plums": {"env": {"COLOR": "blue"}}, "pears": failing})
    site.fails(apps={**plums, "pears": failing})
    assert variables(site, "plums")["COLOR"] == "red"
    site.up(apps=plums)
    assert site.up(apps=plums).total == 0


@pytest.mark.soak
def test_an_app_whose_first_run_failed_and_that_is_taken_out_leaves_nothing_that_runs(site: Site) -> None:
    site.up(apps={"plums": {}})
    before = site.bench.root("dokku --quiet apps:list").split()
    site.fails(apps={"plums": {}, "grapes": {"extensions": ["nosuch"]}})
    site.up(apps={"plums": {}})
    assert site.bench.root("dokku --quiet apps:list").split() == before
    assert site.bench.state("apps/grapes/owner") is None
    assert site.bench.state("apps/grapes/links/db") is None


@pytest.mark.soak
def test_what_the_backups_got_in_a_run_that_failed_elsewhere_is_taken_back(site: Site) -> None:
    good: dict[str, Any] = {"apps": {"plums": {}}}
    site.up(**good)
    schedule = site.bench.disk / "etc/cron.d/dokku-postgres-db"
    before = schedule.read_text()
    bad: dict[str, Any] = {"apps": {"plums": {"extensions": ["nosuch"]}}, "backups": {"schedule": "5 5 * * *"}}
    site.fails(**bad)
    site.fails(**{**bad, "backups": {"paused": True}})
    site.up(**good)
    assert schedule.read_text() == before
    assert site.up(**good).total == 0


@pytest.mark.soak
def test_a_second_store_that_refuses_and_is_taken_back_leaves_nothing(site: Site) -> None:
    good: dict[str, Any] = {"apps": {"plums": {}}}
    site.up(**good)
    site.config |= {
        f"petbase:copy{name}": ConfigValue("x" * 32, secret=True) for name in ("AccessKeyId", "SecretAccessKey")
    }
    endpoint = site.engine(good).details()["backups"]["endpoint"]
    assert "refuses the key petbase:copyAccessKeyId" in site.fails(
        **good, backups={"copy": {"endpoint": endpoint, "bucket": "copies"}}
    )
    site.config = {}
    site.up(**good)
    assert not (site.bench.disk / "var/lib/petbase/services/db/copy").exists()
    assert json.loads(site.bench.root("cat /var/lib/petbase/services/db/watch/settings.json"))["copies"] is False
    assert site.up(**good).total == 0
