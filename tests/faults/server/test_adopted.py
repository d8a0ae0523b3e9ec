"""A server that was there before, with a blog on it; and everything that can be wrong with such a server."""

from typing import Any

import pytest
from pulumi.automation import ConfigValue

from components.dokku import remote
from sandbox.store import Store, account
from tests.faults.support.belongings import STAND_IN, belongings, changed
from tests.faults.support.bench import Bench
from tests.faults.support.site import Site
from tests.support.hosts.sandbox_host import make_key, start_host

# Makes a separate sandbox; test_adopt takes over a server that was there, in every run.
pytestmark = pytest.mark.soak

STACK = "found"
BUCKET = "db-backups"
BY_HAND = """set -e
dokku plugin:install https://github.com/dokku/dokku-postgres.git --committish 1.48.0 --name postgres
dokku postgres:create db --image-version 18.4
dokku apps:create blog
dokku postgres:link db blog
echo "CREATE TABLE posts (title text); INSERT INTO posts VALUES ('hello');" | dokku postgres:connect db
"""


@pytest.fixture(scope="module")
def found(site: Site) -> Site:
    """A stack on a server that somebody set up by hand, with dumps to a store of one's own."""
    host = start_host(site.root, "found", site.root / "id_ed25519")
    bench = Bench(host)
    bench.root(BY_HAND)
    store = Store(site.root / "store")
    account.create_bucket(store.root, BUCKET)
    account.put_token(store.root, "a" * 32, "b" * 64, BUCKET, write=True)
    server = {
        "host": host.machine.address,
        "host-key": (bench.disk / "etc/ssh/ssh_host_ed25519_key.pub").read_text().strip(),
    }
    site.stack = "found"
    site.always = {
        "server": server,
        "backups": {"account-id": None, "store": "s3", "endpoint": store.endpoint, "bucket": BUCKET},
        "apps": {"blog": {}},
    }
    site.config = {
        "petbase:sshPrivateKey": ConfigValue((site.root / "id_ed25519").read_text(), secret=True),
        "petbase:s3AccessKeyId": ConfigValue("a" * 32, secret=True),
        "petbase:s3SecretAccessKey": ConfigValue("b" * 64, secret=True),
    }
    site.by_hand = picture(site)
    site.up()
    return site


def picture(site: Site) -> dict[str, Any]:
    """Every file of the server, but for what the stand-ins for Docker, systemd and Dokku write for themselves."""
    return {where: what for where, what in belongings(site, {}).mine.items() if not where.startswith(STAND_IN)}


def posts(site: Site) -> list[tuple[str]]:
    """What the blog itself reads, by the URL that it has."""
    with site.bench.database(site.bench.env("blog")["DATABASE_URL"]) as session:
        return session.execute("SELECT title FROM posts").fetchall()


def test_a_blog_that_was_there_keeps_its_link_and_its_tables(found: Site) -> None:
    assert "blog: keeps its superuser link, public holds 1 of its tables" in "".join(found.said)
    assert found.bench.env("blog")["DATABASE_URL"] == found.bench.superuser()
    assert posts(found) == [("hello",)]
    told = found.engine({}).details()["apps"]["blog"]
    assert (told["access"], told["role"], told["schema"]) == ("superuser", "postgres", "public")
    owners = [found.bench.state(f"{thing}/owner") for thing in ("services/db", "apps/blog")]
    assert owners == [{"how": "found", "stack": STACK}] * 2
    assert found.up().total == 0


def test_a_key_that_the_server_refuses_is_said_and_a_dokku_that_is_broken_too(
    found: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "_DIALS", 1)
    stranger = ConfigValue(make_key(found.root / "stranger").read_text(), secret=True)
    refused = Site(found.root, "found", found.always, {**found.config, "petbase:sshPrivateKey": stranger})
    assert "unable to authenticate, attempted methods [none publickey]" in refused.fails(generation=3)
    monkeypatch.undo()
    with found.bench.steered("broken", {"apps:list": "cannot read /home/dokku: Input/output error"}):
        said = found.fails(generation=3)
    assert "cannot read /home/dokku: Input/output error\nDokku does not answer on this server; nothing was" in said
    found.up(generation=3)
    assert found.up(generation=3).total == 0


def test_what_was_found_is_only_forgotten_when_it_leaves_the_stack_file(found: Site) -> None:
    before = found.bench.app("blog")
    assert found.up(apps={}).counts["delete"]
    after = found.bench.app("blog")
    assert after == {**before, "state": {"owner": None, "links/db": None, "restart": None}}
    assert posts(found) == [("hello",)]


def test_after_a_teardown_there_is_what_its_page_names_and_no_more(found: Site) -> None:
    """docs/leaving.md: the keys, the domain, the image's name, and what Petbase knows of the server."""
    found.up(apps={"blog": {}, "shop": {"env": {"COLOR": "red"}}})
    found.bench.root("systemctl sandbox-freeze")
    found.engine({}).destroy()
    assert changed(found.by_hand, picture(found)) == [
        "home/dokku/.dokkurc/petbase",
        "home/dokku/.ssh/authorized_keys",
        "home/dokku/VHOST",
        "root/.ssh/authorized_keys",
        "var/lib/petbase/server/domain.json",
        "var/lib/petbase/server/keys/found.json",
        "var/lib/petbase/services/db/owner.json",
    ]
    assert posts(found) == [("hello",)]
