"""Migrations of two apps in one database, whose tables have the same names: each its own, whatever comes at once.

Django is the real one, Rails a stand-in that sends the same SQL (tests/support/frameworks/rails.py).
"""

from typing import Any

import psycopg
import pytest

from tests.faults.support import nouns
from tests.faults.support.bench import SERVICE, Bench
from tests.support.frameworks import rails as active_record
from tests.support.frameworks.django import Project, ended, project

TABLES = {"auth_user", "auth_group", "django_admin_log", "django_content_type", "django_migrations", "django_session"}


def linked(bench: Bench, app: str) -> str:
    """An app with its schema; its DATABASE_URL as it leads there from this machine."""
    bench.done(nouns.app(app))
    bench.done(nouns.link(app))
    url = bench.env(app)["DATABASE_URL"]
    with bench.database(url) as session:
        return url.replace(f"dokku-postgres-{SERVICE}", session.info.host)


@pytest.fixture(scope="module")
def sites(faulty_host: Bench, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Project]:
    """Two projects of one author: the same app `catalog`, the second with a column and a migration more."""
    folder = tmp_path_factory.mktemp("django")
    blog = project(folder / "blog", linked(faulty_host, "blog"))
    return blog, project(folder / "store", linked(faulty_host, "store"), "price")


def ask(at: Project | str, text: str) -> list[Any]:
    """SQL as that app."""
    with psycopg.connect(at if isinstance(at, str) else at.url, autocommit=True) as session:
        done = session.execute(text.encode())
        return done.fetchall() if done.description else []


def tables(at: Project | str) -> set[str]:
    """What the app finds without a prefix."""
    return {
        name
        for (name,) in ask(
            at,
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_table_is_visible(oid)"
            " AND relnamespace::regnamespace::text !~ '^(pg_catalog|information_schema)$'",
        )
    }


@pytest.mark.soak
def test_two_django_projects_migrate_at_once_and_then_have_nothing_to_do(sites: tuple[Project, Project]) -> None:
    for running in [site.begin("migrate") for site in sites]:
        assert "Applying auth.0012_alter_user_first_name_max_length... OK" in ended(running)
    for running in [site.begin("migrate") for site in sites]:
        assert "No migrations to apply." in ended(running)
    for site in sites:
        assert tables(site) > {*TABLES, "catalog_item"}
    applied = [ask(site, "SELECT name FROM django_migrations WHERE app = 'catalog' ORDER BY 1") for site in sites]
    assert applied == [[("0001_initial",)], [("0001_initial",), ("0002_item_price",)]]


@pytest.mark.soak
def test_neither_has_users_or_rows_of_the_other(sites: tuple[Project, Project]) -> None:
    admin = {"DJANGO_SUPERUSER_PASSWORD": "of a test", "DJANGO_SUPERUSER_EMAIL": "me@example.com"}
    for site, name in zip(sites, ("blogger", "keeper"), strict=True):
        site.run("createsuperuser", "--noinput", "--username", name, **admin)
        ask(site, "INSERT INTO catalog_item (name) VALUES ('one')")
    assert [ask(site, "SELECT id, username FROM auth_user") for site in sites] == [[(1, "blogger")], [(1, "keeper")]]
    sites[1].run("flush", "--noinput")
    assert ask(sites[0], "SELECT username, name FROM auth_user, catalog_item") == [("blogger", "one")]
    assert ask(sites[1], "SELECT count(*) FROM auth_user") == [(0,)]


@pytest.mark.soak
def test_a_migration_taken_back_in_one_leaves_the_other(sites: tuple[Project, Project]) -> None:
    blog, store = sites
    store.run("migrate", "catalog", "zero")
    assert "catalog_item" not in tables(store)
    assert ask(blog, "SELECT name FROM catalog_item") == [("one",)]
    assert "No migrations to apply." in blog.run("migrate")
    assert "Applying catalog.0002_item_price... OK" in store.run("migrate")


MIGRATIONS = [
    ("20260101000000", 'CREATE TABLE "users" ("id" bigserial primary key, "email" character varying NOT NULL)'),
    ("20260102000000", 'CREATE UNIQUE INDEX "index_users_on_email" ON "users" ("email")'),
]


@pytest.fixture(scope="module")
def rails(faulty_host: Bench) -> tuple[str, str]:
    """Two schemas for two Rails apps."""
    return linked(faulty_host, "rails-one"), linked(faulty_host, "rails-two")


def test_two_rails_apps_migrate_and_then_have_nothing_to_do(rails: tuple[str, str]) -> None:
    for wanted in ([version for version, _ in MIGRATIONS], []):
        for url in rails:
            with psycopg.connect(url, autocommit=True) as session:
                assert active_record.migrate(session, MIGRATIONS) == wanted
    assert [tables(url) for url in rails] == [{"schema_migrations", "ar_internal_metadata", "users"}] * 2
    ask(rails[0], 'CREATE EXTENSION IF NOT EXISTS "plpgsql" SCHEMA pg_catalog CASCADE')  # the first line of schema.rb
    ask(rails[0], "INSERT INTO users (email) VALUES ('me@example.com')")
    assert ask(rails[1], "INSERT INTO users (email) VALUES ('me@example.com') RETURNING id") == [(1,)]


def test_a_rails_app_that_migrates_while_another_does_is_told_to_come_back(rails: tuple[str, str]) -> None:
    """docs/isolation.md says so: advisory locks are the database's, and Rails' key knows nothing of schemas."""
    more = [*MIGRATIONS, ("20260103000000", 'ALTER TABLE "users" ADD "name" character varying')]
    with psycopg.connect(rails[0], autocommit=True) as one, psycopg.connect(rails[1], autocommit=True) as two:
        assert active_record.lock(one)
        with pytest.raises(active_record.ConcurrentMigrationError):
            active_record.migrate(two, more)
        assert two.execute("SELECT max(version) FROM schema_migrations").fetchall() == [(MIGRATIONS[-1][0],)]
        active_record.unlock(one)
        assert active_record.migrate(two, more) == ["20260103000000"]
    assert ask(rails[0], "SELECT max(version) FROM schema_migrations") == [(MIGRATIONS[-1][0],)]
