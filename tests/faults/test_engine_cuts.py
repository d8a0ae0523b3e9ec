"""The real engine, cut off in the middle: the next `up` finishes, and the one after it has nothing to do."""

import pytest

from sandbox.providers.cloud import Cloud
from sandbox.providers.cloudflare.r2 import NOT_ENABLED
from tests.faults.site import Site
from tests.faults.test_cuts import fill

SERVER = "hcloud:index/server:Server"


@pytest.fixture(scope="module")
def without_r2(site: Site) -> str:
    """What the very first `up` says on an account whose owner never enabled R2."""
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
