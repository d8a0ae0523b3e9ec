"""Two environments on one server: neither can touch the other's things, whatever happens to it. The real engine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import ConfigValue

from sandbox.engine.engine import EngineError
from tests.faults.support.belongings import NAME, Belongings, belongings, changed
from tests.faults.support.nouns import ROWS, fill
from tests.faults.support.site import Site
from tests.support.hosts.sandbox_host import make_key

STAND_IN, SERVICE = "var/lib/dokku/sandbox/", "var/lib/dokku/services/postgres/db-staging/"
# When a timer last ran; systemd keeps it of timers that are gone.
STAMPS = "var/lib/systemd/timers/"
APPS = {"db": "fruits", "db-staging": "fruits-staging"}


@dataclass(frozen=True)
class Two:
    """`prod` made the server, `staging` adopted it."""

    prod: Site
    staging: Site

    def now(self) -> Belongings:
        """What belongs to which of them."""
        return belongings(self.prod, APPS)


def prod_estate() -> dict[str, Any]:
    """docs/two-stacks.md: the first stack file, without what differs in a sandbox."""
    return {
        "domain": "example.com",
        "server": {"protect": True},
        "backups": {"bucket": "db-backups"},
        "apps": {"fruits": {"env": {"COLOR": "red"}}, "shop": {}},
    }


def staging_estate(server: dict[str, Any], key: str) -> dict[str, Any]:
    """docs/two-stacks.md: the second one."""
    return {
        "domain": "staging.example.com",
        "server": {"host": server["address"], "host-key": server["hostKey"], "authorized-keys": [key]},
        "database": {"service": "db-staging"},
        "backups": {"bucket": "db-backups-staging", "schedule": "30 3 * * *"},
        "apps": {"fruits-staging": {"env": {"COLOR": "blue"}}, "shop-staging": {}},
    }


def public_key(site: Site, comment: str) -> str:
    """A new person's key."""
    kind, blob, _ = Path(f"{make_key(site.root / comment)}.pub").read_text().split()
    return f"{kind} {blob} {comment}"


@pytest.fixture(scope="module")
def alone(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The first stack, with an app that runs and has rows."""
    site.stack, site.always = "prod", prod_estate()
    site.up()
    # A check that the clock fires between two looks would be a change too.
    site.bench.root("systemctl sandbox-freeze")
    site.push("fruits", tmp_path_factory.mktemp("prod"))
    fill(site.bench, "fruits")
    return site


@pytest.fixture(scope="module")
def came(alone: Site) -> tuple[Site, Belongings]:
    """The second stack, and what there was before it came."""
    before = belongings(alone, {"db": "fruits"})
    server = alone.engine({}).details()["server"]
    key = public_key(alone, "you@staging")
    alone.bench.root("cat >>/root/.ssh/authorized_keys", stdin=f"{key}\n")  # as ssh-copy-id does
    opens = ConfigValue((alone.root / "you@staging").read_text(), secret=True)
    always = staging_estate(server, key)
    staging = Site(alone.root, NAME, always, {"petbase:sshPrivateKey": opens})
    staging.up()
    return staging, before


@pytest.fixture(scope="module")
def two(alone: Site, came: tuple[Site, Belongings], tmp_path_factory: pytest.TempPathFactory) -> Two:
    """Both, each with an app that runs and has rows."""
    staging, _ = came
    staging.push("fruits-staging", tmp_path_factory.mktemp(NAME))
    fill(staging.bench, "fruits-staging")
    return Two(alone, staging)


def test_a_second_stack_comes_and_the_first_is_as_it_was(alone: Site, came: tuple[Site, Belongings]) -> None:
    staging, before = came
    after = belongings(alone, {"db": "fruits"})
    assert before.theirs == {}
    assert changed(before.mine, after.mine) == []
    assert alone.up().total == staging.up().total == 0


def test_what_both_write_in_is_three_files_line_by_line(two: Two) -> None:
    found = two.now()
    shared = {where for where in found.theirs.keys() & found.mine.keys() if not where.startswith(STAND_IN)}
    assert shared == {"etc/hosts", "home/dokku/.ssh/authorized_keys", "root/.ssh/authorized_keys"}
    assert two.staging.bench.root("cat /home/dokku/VHOST") == "example.com\n"
    assert two.staging.bench.state("server/domain") == {"stack": "prod"}


def edited(site: Site, key: str) -> dict[str, Any]:
    """An estate in which all that can be edited is: a key that is swapped, an app that goes and one that comes, every
    command sent again, new settings for PostgreSQL, which restart it.
    """
    said = site.always
    return {
        **said,
        "domain": f"edited.{said['domain']}",
        "generation": 2,
        "server": {**said["server"], "authorized-keys": [key]},
        "database": {**said.get("database", {}), "config": {"work_mem": "8MB"}},
        "backups": {**said["backups"], "schedule": "0 4 * * *", "keep-days": 40},
        "apps": {next(iter(said["apps"])): {"env": {"COLOR": "green"}}, f"late-{site.stack}": {}},
    }


@pytest.mark.soak
@pytest.mark.parametrize("who", ["prod", pytest.param(NAME, marks=pytest.mark.soak)])
def test_an_edit_of_one_leaves_the_other_byte_for_byte(two: Two, who: str) -> None:
    site, other, ending = (two.prod, NAME, "") if who == "prod" else (two.staging, "prod", "-staging")
    before = two.now()
    site.always = edited(site, public_key(two.prod, f"new@{who}"))
    site.up()
    after = two.now()
    assert changed(before.of(other), after.of(other)) == []
    own = set(changed(before.of(who), after.of(who)))
    assert own > {
        f"etc/cron.d/dokku-postgres-db{ending}",
        "home/dokku/.ssh/authorized_keys",
        "root/.ssh/authorized_keys",
        f"var/lib/dokku/config/fruits{ending}/ENV",
        f"var/lib/dokku/sandbox/apps/fruits{ending}/process.json",  # its restart
        f"var/lib/dokku/services/postgres/db{ending}/LINKS",
        f"var/lib/petbase/apps/shop{ending}/owner.json",
        f"db{ending}: SELECT pg_postmaster_start_time()",
    }
    assert ("home/dokku/VHOST" in own) == (who == "prod")


@pytest.mark.soak
def test_a_stack_that_names_the_others_app_and_service_is_refused_and_they_are_not_touched(two: Two) -> None:
    before = two.now()
    theirs: dict[str, Any] = {"database": {"service": "db"}, "apps": {**two.staging.always["apps"], "fruits": {}}}
    said = two.staging.fails(protect=True, **theirs)
    for kind, name in (("app", "fruits"), ("service", "db")):
        assert (
            f"the {kind} {name} belongs to the stack prod, not to staging; nothing was changed. To hand it over, run "
            f"on the server: rm /var/lib/petbase/{kind}s/{name}/owner.json" in said
        )
    after = two.now()
    assert changed(before.mine, after.mine) == []
    # Its own bucket's lock comes before the server, and names the service whose dumps it keeps.
    assert changed(before.theirs, after.theirs) == ["store/buckets/db-backups-staging/lock.json"]
    # Nothing was made, so nothing stands in the way of taking it back.
    two.staging.engine({"protect": True}).preview()
    # What was registered before the refusal is protected by now; how much that is depends on the program's pace.
    two.staging.up()


def test_the_stack_that_made_the_server_is_kept_by_its_protection(two: Two) -> None:
    before = two.now()
    with pytest.raises(EngineError, match="prod"):
        two.prod.engine({}).destroy()
    after = two.now()
    assert changed(before.mine, after.mine) == changed(before.theirs, after.theirs) == []


def test_a_destroy_of_the_second_leaves_the_first_byte_for_byte_and_its_own_rows_wait(two: Two) -> None:
    before = two.now()
    two.staging.engine({}).destroy()
    after = two.now()
    assert changed(before.mine, after.mine) == []
    stays = {where for where in after.theirs if not where.startswith((STAND_IN, SERVICE, STAMPS, "db-staging: "))}
    assert stays == {
        "etc/hosts",
        "home/dokku/.ssh/authorized_keys",
        "root/.ssh/authorized_keys",
        "var/lib/petbase/server/keys/staging.json",
        "var/lib/petbase/services/db-staging/owner.json",
    }
    two.staging.up()
    with two.staging.bench.database(two.staging.bench.env("fruits-staging")["DATABASE_URL"]) as session:
        assert session.execute("SELECT name FROM fruits ORDER BY name").fetchall() == ROWS
    assert changed(before.mine, two.now().mine) == []
