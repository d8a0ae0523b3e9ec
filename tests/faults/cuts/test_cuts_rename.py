"""An app that takes a new name, cut at every verb: its rows, variables, domains and certificate come along."""

from itertools import count

import psycopg
import pytest

from host.app.ensure import EnsureApp
from host.link.ensure import EnsureLink
from tests.faults.support.bench import NAME, SERVICE, Bench
from tests.faults.support.nouns import ROWS, fill, rows

CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout /tmp/server.key -out /tmp/server.crt"
    " 2>/dev/null && tar --create --directory /tmp server.crt server.key | dokku certs:add {name}"
)


def app(name: str) -> EnsureApp:
    """An app with a domain that has its name."""
    return EnsureApp(name, domain=(f"{name}.example.com",), declared=True)


def renamed(old: str, new: str) -> tuple[EnsureApp, EnsureLink]:
    """The commands of an app with `was`. The link ends with the rename's end, since no settings follow here."""
    return (
        EnsureApp(
            new,
            domain=(f"{new}.example.com", "www.example.com"),
            declared=True,
            renamed_from=old,
            service=SERVICE,
            schema=new,
        ),
        EnsureLink(new, service=SERVICE, schema=new, was=old),
    )


def settled(bench: Bench, name: str) -> None:
    """An app with rows, a variable and a certificate."""
    bench.done(app(name))
    bench.done(EnsureLink(name, service=SERVICE, schema=name))
    fill(bench, name)
    bench.root(f"dokku config:set --no-restart {name} COLOR=red")
    bench.root(CERTIFICATE.format(name=name))


def came_through(bench: Bench, old: str, new: str, where: str, *domains: str) -> None:
    """The new app has all that the old one had, and nothing of the old one is left."""
    held = bench.app(new)
    assert held["exists"], where
    assert held["domains"] == sorted(domains or ["APP.example.com", "www.example.com"]), where
    assert bench.state(f"apps/{new}/owner") == {"how": "made", "stack": NAME}, where
    assert (bench.state(f"apps/{new}/links/{SERVICE}") or {}).get("access") == "schema", where
    assert (bench.state(f"apps/{new}/rename"), bench.state(f"apps/{new}/restart")) == (None, None), where
    assert held["links"] == 1, where
    assert bench.env(new)["COLOR"] == "red", where
    assert bench.root(f"dokku certs:report {new} --ssl-enabled") == "true\n", where
    gone = bench.app(old)
    assert (gone["exists"], gone["links"]) == (False, 0), where
    assert not list((bench.disk / "var/lib/petbase").rglob(old)), where


@pytest.mark.soak
def test_an_app_that_is_renamed_keeps_all_it_has_wherever_it_was_cut(bench: Bench) -> None:
    for n in count(3):
        old, new = f"was{n}", f"is{n}"
        settled(bench, old)
        as_app, as_link = renamed(old, new)
        where = bench.finished(as_app, n)
        where += bench.finished(as_link, n)
        came_through(bench, old, new, where)
        assert rows(bench, new) == ROWS, where
        with bench.database(bench.env(new)["DATABASE_URL"]) as session:
            assert session.execute("SELECT current_user, name FROM fruits").fetchone() == (new, "apple")
        if not where:
            break
    assert n > 12


@pytest.mark.soak
def test_a_rename_that_is_taken_back_leaves_all_as_it_was_wherever_both_were_cut(bench: Bench) -> None:
    """The new name is never built here, as when the app does not start under it."""
    for n in count(3):
        old, new = f"stay{n}", f"go{n}"
        settled(bench, old)
        forth = renamed(old, new)
        where = bench.cut(forth[0], n)
        if not where:
            # The link has renamed role and schema, and leaves the end to the settings.
            where = bench.cut(EnsureLink(new, service=SERVICE, schema=new, was=old, restart=False), n)
        back = EnsureApp(
            old, domain=(f"{old}.example.com",), declared=True, renamed_from=new, service=SERVICE, schema=old
        )
        where += " / " + bench.finished(back, n)
        bench.done(EnsureLink(old, service=SERVICE, schema=old, was=new))
        came_through(bench, new, old, where, "APP.example.com")
        assert rows(bench, old) == ROWS, where
        with bench.database(bench.env(old)["DATABASE_URL"]) as session:
            assert session.execute("SELECT current_user, name FROM fruits").fetchone() == (old, "apple")
        if where == " / ":
            break
    assert n > 12


@pytest.mark.soak
def test_an_old_password_opens_nothing_under_either_name(bench: Bench) -> None:
    settled(bench, "early")
    url = bench.env("early")["DATABASE_URL"]
    for command in renamed("early", "late"):
        bench.done(command)
    for one in (url, url.replace("//early:", "//late:")):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"), bench.database(one):
            pass
