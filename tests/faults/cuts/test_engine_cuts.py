"""The real engine, cut off in the middle: the next `up` finishes, and the one after it has nothing to do."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.engine.engine import EngineError
from sandbox.host.machine import Machine
from sandbox.providers.cloud import Cloud
from sandbox.providers.cloudflare.r2 import NOT_ENABLED
from tests.faults.support.nouns import LINKED, fill
from tests.faults.support.site import Site, named
from tests.support.hosts.sandbox_host import wait_for

SERVER = "hcloud:index/server:Server"


@pytest.fixture(scope="module")
def without_r2(site: Site) -> str:
    """What the very first `up` says on an account whose owner never enabled R2."""
    site.always = {"backups": {"schedule": "* * * * *"}}
    switch = site.root / "cloud" / NOT_ENABLED
    switch.parent.mkdir(exist_ok=True)
    switch.touch()
    said = site.fails()
    switch.unlink()
    return said


def test_r2_that_is_not_enabled_is_said_before_a_server_is_made(site: Site, without_r2: str) -> None:
    assert "Please enable R2 through the Cloudflare Dashboard" in without_r2
    assert Cloud(site.root, "hcloud").all(SERVER) == {}


def test_the_first_up_finishes_and_a_second_opens_no_connection(site: Site, without_r2: str) -> None:
    assert without_r2
    site.up()
    before = site.connections()
    assert site.up().total == 0
    assert site.connections() == before > 0
    fill(site.bench, "fruits")


@pytest.mark.soak
def test_an_up_whose_script_dies_anywhere_is_finished_by_the_next(site: Site) -> None:
    apps: dict[str, Any] = {"fruits": {}}
    site.up(apps=apps)
    for n in (2, 9):
        apps[f"cut{n}"] = {}
        site.bench.steer("count", None)
        with site.bench.steered("stop", {"after": n}):
            said = site.fails(apps=apps)
        assert "(command:remote:Command): Process exited with status 137" in said
        site.up(apps=apps)
        fill(site.bench, f"cut{n}")
        assert named(site.bench.app(f"cut{n}")) == LINKED
    assert site.up(apps=apps).total == 0


def test_an_up_that_is_killed_is_finished_by_the_next(site: Site) -> None:
    apps: dict[str, Any] = {"fruits": {}, "killed": {}}
    with site.bench.steered("pace", {"pause": {"postgres:link LINKS.bak": 2}}):
        site.killed(lambda: ["postgres:link", "db", "killed", "--no-restart"] in site.bench.verbs(), apps=apps)
        assert "killed" not in site.bench.root("dokku postgres:links db").split()
    site.up(apps=apps)
    fill(site.bench, "killed")
    assert named(site.bench.app("killed")) == LINKED
    assert site.up(apps=apps).total == 0


@pytest.mark.soak
def test_at_every_minute_a_dump_really_arrives(site: Site) -> None:
    def dumps() -> list[Path]:
        return list((site.root / "store/buckets/db-backups/objects").glob("postgres-db-*.tgz"))

    wait_for(dumps, seconds=130)


@pytest.mark.soak
def test_a_destroy_stops_at_dumps_that_are_there_and_everything_comes_back(site: Site) -> None:
    bucket = site.root / "store/buckets/db-backups"
    site.up()
    site.bench.root("dokku postgres:backup db db-backups")
    with pytest.raises(EngineError, match=r"The bucket db-backups is not empty\."):
        site.engine({}).destroy()
    kept = len(list((bucket / "objects").glob("*.tgz")))
    assert kept
    assert Machine.all(site.root) == []
    site.up(apps={"shop": {}})
    assert site.up(apps={"shop": {}}).total == 0
    fill(site.bench, "shop")
    assert named(site.bench.app("shop")) == LINKED
