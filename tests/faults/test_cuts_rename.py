"""An app that takes a new name, cut at every verb: its rows, variables, domains and certificate come along."""

from itertools import count

import psycopg
import pytest

from components.dokku import lifecycle
from components.dokku.lifecycle import Moved, Noun
from tests.faults.bench import SERVICE, STACK, Bench
from tests.faults.nouns import ROWS, app, fill, link, rows

CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout /tmp/server.key -out /tmp/server.crt"
    " 2>/dev/null && tar --create --directory /tmp server.crt server.key | dokku certs:add {name}"
)


def renamed(old: str, new: str, schema: str | None = None) -> tuple[Noun, Noun]:
    moved = Moved(old, SERVICE, schema or new)
    domains = [f"{new}.example.com", "www.example.com"]
    return (
        lifecycle.app(STACK, new, domains, named=True, moved=moved),
        lifecycle.link(STACK, SERVICE, new, schema or new, "schema", was=old),
    )


def settled(bench: Bench, name: str) -> None:
    """An app with rows, a variable and a certificate."""
    bench.done(app(name).here)
    bench.done(link(name).here)
    fill(bench, name)
    bench.root(f"dokku config:set --no-restart {name} COLOR=red")
    bench.root(CERTIFICATE.format(name=name))


def came_through(bench: Bench, old: str, new: str, where: str) -> None:
    held = bench.app(new)
    assert held["exists"], where
    assert held["domains"] == ["APP.example.com", "www.example.com"], where
    assert held["marks"] == {"apps": f"made {STACK}", "links/db": f"schema {STACK}", "restarts": ""}, where
    assert held["links"] == 1, where
    assert bench.env(new)["COLOR"] == "red", where
    assert bench.root(f"dokku certs:report {new} --ssl-enabled") == "true\n", where
    gone = bench.app(old)
    assert (gone["exists"], gone["links"]) == (False, 0), where
    assert not list((bench.disk / "var/lib/petbase").rglob(old)), where
    assert not list((bench.disk / "run").glob("petbase.*")), where


@pytest.mark.parametrize("step", [9, pytest.param(1, marks=pytest.mark.soak)])
def test_an_app_that_is_renamed_keeps_all_it_has_wherever_it_was_cut(bench: Bench, step: int) -> None:
    for n in count(3, step):
        old, new = f"was{step}-{n}", f"is{step}-{n}"
        settled(bench, old)
        as_app, as_link = renamed(old, new)
        where = bench.finished(as_app.here, n)
        where += bench.finished(as_link.here, n)
        came_through(bench, old, new, where)
        assert rows(bench, new) == ROWS, where
        with bench.database(bench.env(new)["DATABASE_URL"]) as session:
            assert session.execute("SELECT current_user, name FROM fruits").fetchone() == (new, "apple")
        if not where:
            break
    assert n > 12


def test_a_renaming_again_does_nothing(bench: Bench) -> None:
    settled(bench, "again")
    for noun in renamed("again", "anew"):
        bench.done(noun.here)
    before, verbs = bench.app("anew"), len(bench.verbs())
    for noun in renamed("again", "anew"):
        bench.done(noun.here)
    assert bench.app("anew") == before
    asked = {verb[0] for verb in bench.verbs()[verbs:] if not verb[0].startswith("--")}
    assert asked == {
        "apps:exists",
        "config:get",
        "config:keys",
        "docker-options:report",
        "domains:report",
        "postgres:connect",
        "postgres:info",
        "postgres:links",
    }


def test_a_schema_can_keep_its_name(bench: Bench) -> None:
    settled(bench, "keeping")
    for noun in renamed("keeping", "named", schema="keeping"):
        bench.done(noun.here)
    came_through(bench, "keeping", "named", "")
    assert rows(bench, "keeping") == ROWS
    with bench.database(bench.env("named")["DATABASE_URL"]) as session:
        assert session.execute("SELECT session_user, current_user, name FROM fruits").fetchone() == (
            "named",
            "keeping",
            "apple",
        )
    with bench.database() as session:
        assert session.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'keeping'").fetchone() == (False,)


def test_an_old_password_opens_nothing_under_either_name(bench: Bench) -> None:
    settled(bench, "early")
    url = bench.env("early")["DATABASE_URL"]
    for noun in renamed("early", "late"):
        bench.done(noun.here)
    for one in (url, url.replace("//early:", "//late:")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"), bench.database(one):
            pass
