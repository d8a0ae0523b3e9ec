"""What an app's role can reach: its own schema, a schema that it shares, and nothing else.

What it reads, its limits and its end are in tests/host/postgres and tests/host/link.
"""

from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.faults.support import nouns
from tests.faults.support.bench import SERVICE, Bench

APPS = {"alone": "alone", "other": "other", "web": "pair", "worker": "pair"}


@pytest.fixture(scope="module")
def urls(faulty_host: Bench) -> dict[str, str]:
    """Four apps, of which two share a schema, each with one table; their URLs."""
    for app, schema in APPS.items():
        faulty_host.done(nouns.app(app))
        faulty_host.done(nouns.link(app, schema))
    urls = {app: faulty_host.env(app)["DATABASE_URL"] for app in APPS}
    for app, url in urls.items():
        with faulty_host.database(url) as session:
            session.execute(f"CREATE TABLE of_{app} (name text); INSERT INTO of_{app} VALUES ('apple')")
    return urls


def ask(bench: Bench, url: str, text: str) -> list[Any]:
    with bench.database(url) as session:
        done = session.execute(text)
        return done.fetchall() if done.description else []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM other.of_other",
        "INSERT INTO other.of_other VALUES ('mine')",
        "DROP TABLE other.of_other",
        "TRUNCATE other.of_other",
        "CREATE TABLE other.mine (name text)",
        "SELECT * FROM pair.of_web",
        "CREATE TABLE public.mine (name text)",
        "CREATE SCHEMA mine AUTHORIZATION other",
        "ALTER SCHEMA other RENAME TO mine",
        "CREATE TABLE petbase.mine (name text)",
        "SELECT * FROM petbase.schemas",
        "CREATE TABLE extensions.mine (name text)",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "SET ROLE other",
        "SET ROLE postgres",
        "ALTER ROLE other PASSWORD 'mine'",
        "GRANT other TO alone",
        "SELECT rolpassword FROM pg_authid",
        "COPY of_alone TO PROGRAM 'id'",
        "COPY of_alone FROM '/etc/passwd'",
    ],
)
def test_an_app_cannot_leave_its_schema(bench: Bench, urls: dict[str, str], text: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(bench, urls["alone"], text)
    assert ask(bench, urls["other"], "SELECT name FROM of_other") == [("apple",)]


def test_no_other_app_can_look_into_an_apps_own_schemas(bench: Bench, urls: dict[str, str]) -> None:
    """drizzle, pg-boss and others send CREATE SCHEMA IF NOT EXISTS at every start."""
    for _ in range(2):
        ask(bench, urls["alone"], "CREATE SCHEMA IF NOT EXISTS drizzle; CREATE SCHEMA IF NOT EXISTS alone")
    ask(bench, urls["alone"], "CREATE TABLE IF NOT EXISTS drizzle.log (n int)")
    ask(bench, urls["web"], "CREATE SCHEMA jobs; CREATE TABLE jobs.queue (n int)")
    assert ask(bench, urls["worker"], "SELECT count(*) FROM jobs.queue") == [(0,)]
    for text in ("SELECT * FROM drizzle.log", "SELECT * FROM jobs.queue"):
        with pytest.raises(InsufficientPrivilege):
            ask(bench, urls["other"], text)


def test_two_apps_of_one_schema_share_their_tables_both_ways(bench: Bench, urls: dict[str, str]) -> None:
    for mine, theirs in (("web", "worker"), ("worker", "web")):
        assert ask(bench, urls[mine], f"INSERT INTO of_{theirs} VALUES ('{mine}') RETURNING name") == [(mine,)]
        ask(bench, urls[mine], f"ALTER TABLE of_{theirs} ADD COLUMN of_{mine} text")
        ask(bench, urls[mine], f"DELETE FROM of_{theirs} WHERE name = '{mine}'")


def test_every_app_finds_an_extension_that_one_asked_for(bench: Bench, urls: dict[str, str]) -> None:
    bench.done(nouns.link("alone", extension=("vector",)))
    for app in ("alone", "other", "web"):
        assert ask(bench, urls[app], "SELECT '[1,2]'::vector <-> '[1,3]'::vector") == [(1.0,)]
        with pytest.raises(InsufficientPrivilege):
            ask(bench, urls[app], "DROP EXTENSION vector")
        with pytest.raises(InsufficientPrivilege):
            ask(bench, urls[app], "CREATE TABLE extensions.mine (i int)")


def test_an_extension_in_public_moves_to_where_apps_look_and_the_superuser_still_finds_it(bench: Bench) -> None:
    ask(bench, "", "ALTER EXTENSION vector SET SCHEMA public")
    bench.done(nouns.link("alone", extension=("vector",)))
    assert ask(bench, bench.env("alone")["DATABASE_URL"], "SELECT '[1,2]'::vector IS NOT NULL") == [(True,)]
    assert ask(bench, "", "SELECT '[1,2]'::vector IS NOT NULL") == [(True,)]


def test_after_an_import_by_hand_any_link_gives_readers_and_extensions_back(bench: Bench, urls: dict[str, str]) -> None:
    """A dump carries no grants; the membership of a role is the cluster's and stays (host/postgres/roles.py)."""
    link = nouns.link("web", "pair", reads=("other",))
    bench.done(link)
    bench.root(f"dokku postgres:export {SERVICE} > /tmp/dump")
    ask(bench, "", "DROP SCHEMA other CASCADE; DROP SCHEMA extensions CASCADE")
    bench.root(f"dokku postgres:import {SERVICE} < /tmp/dump")
    with pytest.raises(InsufficientPrivilege):
        ask(bench, urls["web"], "SELECT name FROM other.of_other")
    bench.done(link)
    assert ask(bench, urls["web"], "SELECT name FROM other.of_other") == [("apple",)]
    assert ask(bench, urls["alone"], "SELECT '[1,2]'::vector IS NOT NULL") == [(True,)]
    ask(bench, urls["other"], "CREATE TABLE behind AS SELECT 1 AS i")
    assert ask(bench, urls["web"], "SELECT i FROM other.behind") == [(1,)]


def test_a_role_without_a_grant_cannot_connect(bench: Bench, urls: dict[str, str]) -> None:
    ask(bench, "", "CREATE ROLE stranger LOGIN PASSWORD '00000000000000000000000000000000'")
    host = urls["alone"].rpartition("@")[2]
    with pytest.raises(psycopg.OperationalError, match='permission denied for database "db"'):
        ask(bench, f"postgres://stranger:{'0' * 32}@{host}", "SELECT 1")


def test_a_wrong_password_opens_nothing(bench: Bench, urls: dict[str, str]) -> None:
    host = urls["alone"].rpartition("@")[2]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(bench, f"postgres://alone:{'0' * 48}@{host}", "SELECT 1")
