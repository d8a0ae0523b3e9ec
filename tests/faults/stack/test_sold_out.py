"""Hetzner has no such server at the moment: what was made before stays, and another type or location finishes."""

import pytest

from sandbox.engine.engine import EngineError
from sandbox.providers.cloud import Cloud
from tests.faults.support.site import Site

# Makes a separate sandbox.
pytestmark = pytest.mark.soak

ADDRESS = "hcloud:index/primaryIp:PrimaryIp"


def made(site: Site) -> tuple[set[str], set[str]]:
    """The buckets, and the addresses."""
    buckets = Cloud(site.root, "cloudflare").all("cloudflare:index/r2Bucket:R2Bucket")
    return set(buckets), {str(held["ipAddress"]) for held in Cloud(site.root, "hcloud").all(ADDRESS).values()}


@pytest.fixture(scope="module")
def unlucky(site: Site) -> Site:
    """A protected estate whose first `up` got everything but its server."""
    site.always = {"protect": True, "apps": {}}
    with Cloud(site.root, "hcloud").change() as content:
        content["sold_out"] = ["cx23"]
    said = site.fails()
    assert "the requested resource is currently unavailable (resource_unavailable" in said
    return site


def test_another_location_moves_the_address_only_when_it_is_let_go(unlucky: Site) -> None:
    """An address belongs to a location, so it is replaced: asked for by a word, since it is protected."""
    before = made(unlucky)
    with pytest.raises(EngineError, match="PrimaryIp"):
        unlucky.engine({"server": {"location": "hel1"}}).preview()
    said = unlucky.fails(server={"location": "hel1", "protect": False})
    assert "resource_unavailable" in said
    assert made(unlucky)[0] == before[0]
    (address,) = Cloud(unlucky.root, "hcloud").all(ADDRESS).values()
    assert address["location"] == "hel1"


def test_another_type_finishes_with_the_same_bucket_and_address(unlucky: Site) -> None:
    before = made(unlucky)
    assert [len(things) for things in before] == [1, 1]
    there = {"type": "cx33", "location": "hel1"}
    unlucky.up(server=there)
    assert made(unlucky) == before
    assert unlucky.up(server=there).total == 0
