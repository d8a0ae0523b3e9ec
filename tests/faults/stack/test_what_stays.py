"""A picture of the whole server before an app came and after it went: what stays of it is what the pages say."""

from typing import Any

import pytest

from host.link.drop_data import DropData
from tests.faults.support.belongings import STAND_IN, belongings, changed
from tests.faults.support.nouns import fill
from tests.faults.support.site import Site

pytestmark = pytest.mark.soak

FRUITS: dict[str, Any] = {"env": {"COLOR": "red"}, "storage": ["fruits-up:/up"], "connections": 7}
PHOTO = "var/lib/dokku/data/storage/fruits-up/photo"


def picture(site: Site) -> dict[str, Any]:
    found = belongings(site, {"db": "shop"}).mine
    return {where: what for where, what in found.items() if not where.startswith(STAND_IN)}


def naming(found: dict[str, Any], word: str) -> list[str]:
    """What has the word in its name or its text."""
    return sorted(where for where, what in found.items() if word in where or word in str(what))


@pytest.fixture(scope="module")
def alone(site: Site) -> tuple[Site, dict[str, Any]]:
    """One app with rows, and what there is of it."""
    site.up(apps={"shop": {}})
    site.bench.root("systemctl sandbox-freeze")
    fill(site.bench, "shop")
    return site, picture(site)


def come(site: Site, name: str, **more: Any) -> None:
    site.up(apps={"shop": {}, name: {**FRUITS, **more}})


def test_a_rename_leaves_nothing_of_the_old_name(alone: tuple[Site, dict[str, Any]]) -> None:
    """But the folder, which the stack file names, and a table of that name in each app."""
    site, _ = alone
    come(site, "fruits")
    fill(site.bench, "fruits")
    with site.bench.database(site.bench.env("fruits")["DATABASE_URL"]) as session:
        session.execute("SELECT lo_from_bytea(4711, 'a')")
    site.bench.root(f"echo me >/{PHOTO}")
    come(site, "pears", was="fruits")
    assert [where for where in naming(picture(site), "fruits") if not where.startswith("db: ")] == [
        "var/lib/dokku/config/storage/pears/mounts",
        "var/lib/petbase/apps/pears/settings/storage.json",
    ]


def test_an_app_that_goes_leaves_its_data_and_drop_data_leaves_nothing(alone: tuple[Site, dict[str, Any]]) -> None:
    """But the files in its folder, which are in no schema."""
    site, before = alone
    site.up(apps={"shop": {}})
    gone = changed(before, picture(site))
    assert [where for where in gone if not where.startswith("db: ")] == []
    assert [where.partition(" FROM ")[2].split()[0] for where in gone if where.startswith("db: ")] == [
        *("pg_database", "pg_namespace", "pg_class", "pg_authid", "pg_db_role_setting"),
    ]
    site.bench.done(DropData("pears", service="db"))
    after = picture(site)
    assert (changed(before, after), naming(after, "pears")) == ([], [])
    assert (site.bench.disk / PHOTO).read_text() == "me\n"
