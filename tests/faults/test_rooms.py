"""What an app's role can reach: its own room, a room that it shares, and nothing else."""

from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from components.dokku import lifecycle
from tests.faults.bench import SERVICE, STACK, Bench

APPS = {"alone": "alone", "other": "other", "web": "pair", "worker": "pair"}


@pytest.fixture(scope="module")
def rooms(faulty_host: Bench) -> dict[str, str]:
    """Four apps, of which two share a schema, each with a table of its own; their URLs."""
    for app, schema in APPS.items():
        faulty_host.done(lifecycle.app(STACK, app, [f"{app}.example.com"], named=True).here)
        faulty_host.done(lifecycle.link(STACK, SERVICE, app, schema, "schema").here)
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
        "CREATE SCHEMA mine",
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
def test_an_app_cannot_leave_its_room(bench: Bench, rooms: dict[str, str], text: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(bench, rooms["alone"], text)
    assert ask(bench, rooms["other"], "SELECT name FROM of_other") == [("apple",)]


def test_two_apps_of_one_schema_share_their_tables_both_ways(bench: Bench, rooms: dict[str, str]) -> None:
    for mine, theirs in (("web", "worker"), ("worker", "web")):
        assert ask(bench, rooms[mine], f"INSERT INTO of_{theirs} VALUES ('{mine}') RETURNING name") == [(mine,)]
        ask(bench, rooms[mine], f"ALTER TABLE of_{theirs} ADD COLUMN of_{mine} text")
        ask(bench, rooms[mine], f"DELETE FROM of_{theirs} WHERE name = '{mine}'")


def test_a_role_without_a_grant_cannot_connect(bench: Bench, rooms: dict[str, str]) -> None:
    ask(bench, "", "CREATE ROLE stranger LOGIN PASSWORD '00000000000000000000000000000000'")
    host = rooms["alone"].rpartition("@")[2]
    with pytest.raises(psycopg.OperationalError, match='permission denied for database "db"'):
        ask(bench, f"postgres://stranger:{'0' * 32}@{host}", "SELECT 1")


def test_a_wrong_password_opens_nothing(bench: Bench, rooms: dict[str, str]) -> None:
    host = rooms["alone"].rpartition("@")[2]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(bench, f"postgres://alone:{'0' * 48}@{host}", "SELECT 1")


def test_an_app_that_left_cannot_come_back_with_its_old_password(bench: Bench) -> None:
    app, link = (
        lifecycle.app(STACK, "leaver", ["leaver.example.com"], named=True),
        lifecycle.link(STACK, SERVICE, "leaver", "leaver", "schema"),
    )
    bench.done(app.here)
    bench.done(link.here)
    url = bench.env("leaver")["DATABASE_URL"]
    assert ask(bench, url, "SELECT 1") == [(1,)]
    assert link.gone
    bench.done(link.gone)
    with pytest.raises(psycopg.OperationalError, match=r"is not permitted to log in|password authentication failed"):
        ask(bench, url, "SELECT 1")
