"""Rights that Petbase did not give, against a real PostgreSQL: each is named, and what is named takes it back."""

import pytest

from host.postgres.owners import restore_owners
from host.postgres.roles import AppRole, ensure_role
from host.report.model.database import RightsReport
from host.report.rights import report_rights
from tests.host.postgres.real import Database

NAME = 'a "b"\n\x1b[2J\u2028é'
_SHOP = """
CREATE TABLE shop.orders (x int, y int); CREATE TABLE shop.more (x int); CREATE VIEW shop.seen AS SELECT 1 AS x;
CREATE SEQUENCE shop.numbers; CREATE TYPE shop.color AS ENUM ('red');
CREATE FUNCTION shop.total(int) RETURNS int LANGUAGE sql RETURN 1;
"""
GIVEN = {
    "GRANT USAGE, CREATE ON SCHEMA shop TO notes": ("CREATE, USAGE", "schema", "shop"),
    "GRANT SELECT ON shop.orders TO notes": ("SELECT", "table", "shop.orders"),
    "GRANT INSERT, TRIGGER ON shop.seen TO notes WITH GRANT OPTION": ("INSERT, TRIGGER", "table", "shop.seen"),
    "GRANT UPDATE (x) ON shop.orders TO notes": ("UPDATE", "column", "shop.orders.x"),
    "GRANT USAGE ON SEQUENCE shop.numbers TO notes": ("USAGE", "sequence", "shop.numbers"),
    "GRANT EXECUTE ON FUNCTION shop.total TO notes": ("EXECUTE", "routine", "shop.total(integer)"),
    "GRANT USAGE ON TYPE shop.color TO notes": ("USAGE", "type", "shop.color"),
    "SELECT lo_create(4711); GRANT SELECT ON LARGE OBJECT 4711 TO notes": ("SELECT", "large object", "4711"),
    "GRANT USAGE ON FOREIGN DATA WRAPPER far TO notes": ("USAGE", "foreign data wrapper", "far"),
    "GRANT USAGE ON FOREIGN SERVER away TO notes": ("USAGE", "foreign server", "away"),
    "GRANT CONNECT ON DATABASE postgres TO notes": ("CONNECT", "database", "postgres"),
    "GRANT CREATE ON DATABASE db TO notes WITH GRANT OPTION": ("CREATE", "database", "db"),
    "GRANT CREATE ON TABLESPACE pg_default TO notes": ("CREATE", "tablespace", "pg_default"),
    "GRANT SET, ALTER SYSTEM ON PARAMETER session_replication_role TO notes": (
        "ALTER SYSTEM, SET",
        "parameter",
        "session_replication_role",
    ),
    "GRANT SELECT ON pg_authid TO notes": ("SELECT", "table", "pg_catalog.pg_authid"),
    "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO notes": (
        "EXECUTE",
        "routine",
        "pg_catalog.pg_read_file(pg_catalog.text)",
    ),
    "ALTER DEFAULT PRIVILEGES FOR ROLE shop IN SCHEMA shop GRANT SELECT ON TABLES TO notes": (
        "SELECT",
        "",
        "future tables of the role shop in the schema shop",
    ),
    "ALTER DEFAULT PRIVILEGES FOR ROLE shop GRANT USAGE ON SEQUENCES TO notes": (
        "USAGE",
        "",
        "future sequences of the role shop",
    ),
}


@pytest.fixture
def shop(database: Database) -> Database:
    """The apps shop, notes, and reports, which reads shop."""
    for app in (
        AppRole("shop", "shop", "a"),
        AppRole("notes", "notes", "b"),
        AppRole("reports", "reports", "c", ("shop",)),
    ):
        ensure_role(database.psql, app)
    restore_owners(database.psql)
    database.run(_SHOP, "shop")
    database.run("CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far")
    return database


def rights(database: Database) -> RightsReport:
    return report_rights(database.psql.host, "db")


def test_what_links_give_is_reads_alone(shop: Database) -> None:
    found = rights(shop)
    assert (found.grants, found.owners) == ((), ())
    assert [(one.role, one.group, one.may_add) for one in found.memberships] == [("reports", "shop readers", False)]


def test_an_app_that_is_removed_or_shares_a_schema_is_nothing_to_speak_of(shop: Database) -> None:
    ensure_role(shop.psql, AppRole("worker", "shop", "d"))
    assert [(one.role, one.kind) for one in rights(shop).grants] == [("worker", "database")]
    shop.psql.host.state.write("apps/worker/links/db", role="worker", schema="shop")
    assert rights(shop).grants == ()
    shop.psql.host.state.remove("apps/worker/links/db")
    shop.run("ALTER ROLE worker NOLOGIN")
    found = rights(shop)
    assert found.grants == ()
    assert [one.can_login for one in found.memberships if one.role == "worker"] == [False]


def test_a_grant_by_hand_is_named_and_what_takes_it_back_does(shop: Database) -> None:
    for statement in GIVEN:
        shop.run(statement)
    found = rights(shop).grants
    assert sorted((", ".join(one.privileges), one.kind, one.example) for one in found) == sorted(GIVEN.values())
    assert {(one.role, one.count) for one in found} == {("notes", 1)}
    for one in found:
        shop.run("; ".join(one.takes_back))
    assert rights(shop).grants == ()


def test_all_tables_of_a_schema_are_one_line(shop: Database) -> None:
    shop.run(f'CREATE ROLE "{_quoted(NAME)}"; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO "{_quoted(NAME)}"')
    (found,) = rights(shop).grants
    assert (found.role, found.schema, found.count, found.example) == (NAME, "shop", 3, "shop.more")
    assert found.takes_back == (f'REVOKE SELECT ON ALL TABLES IN SCHEMA shop FROM "{_quoted(NAME)}"',)
    shop.run(*found.takes_back)
    assert rights(shop).grants == ()


def test_what_was_passed_on_is_taken_back_from_whom_it_came(shop: Database) -> None:
    shop.run("GRANT USAGE ON SCHEMA shop TO notes; GRANT SELECT ON shop.orders TO notes WITH GRANT OPTION")
    shop.run("GRANT SELECT ON shop.orders TO reports", "notes")
    found = {one.role: one.takes_back for one in rights(shop).grants if one.kind == "table"}
    assert found == {
        "notes": ("REVOKE SELECT ON TABLE shop.orders FROM notes CASCADE",),
        "reports": ("SET ROLE notes", "REVOKE SELECT ON TABLE shop.orders FROM reports"),
    }
    shop.run("; ".join(found["reports"]))
    assert {one.role for one in rights(shop).grants} == {"notes"}


def test_more_than_sight_for_readers_is_named(shop: Database) -> None:
    shop.run('GRANT INSERT ON shop.orders TO "shop readers"; GRANT EXECUTE ON FUNCTION shop.total TO "shop readers"')
    found = [(one.role, one.privileges) for one in rights(shop).grants]
    assert found == [("shop readers", ("EXECUTE",)), ("shop readers", ("INSERT",))]


def test_what_every_role_may_do_counts_where_another_one_can_open_the_schema(shop: Database) -> None:
    shop.run("CREATE TABLE notes.notes (); GRANT SELECT ON notes.notes TO PUBLIC", "notes")
    assert rights(shop).grants == ()
    shop.run("GRANT USAGE ON SCHEMA notes TO PUBLIC")
    assert [(one.role, one.kind) for one in rights(shop).grants] == [("", "schema"), ("", "table")]
    shop.run("REVOKE USAGE ON SCHEMA notes FROM PUBLIC; GRANT INSERT ON shop.orders TO PUBLIC")
    assert [(one.role, one.example) for one in rights(shop).grants] == [("", "shop.orders")]


def test_memberships_are_named_with_who_can_use_them(shop: Database) -> None:
    shop.run("CREATE ROLE team; GRANT shop TO team WITH ADMIN OPTION; GRANT postgres TO notes")
    found = {(one.role, one.group): one for one in rights(shop).memberships}
    assert set(found) == {("notes", "postgres"), ("reports", "shop readers"), ("team", "shop")}
    assert (found["notes", "postgres"].mighty, found["notes", "postgres"].can_login) == (True, True)
    team = found["team", "shop"]
    assert (team.may_add, team.can_login, team.mighty) == (True, False, False)
    for one in found.values():
        shop.run(one.takes_back)
    assert rights(shop).memberships == ()


def test_what_a_role_owns_in_the_superusers_place_is_named(shop: Database) -> None:
    shop.run("CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO notes")
    shop.run("CREATE DATABASE away OWNER notes")
    shop.run("CREATE SCHEMA reporting; ALTER SCHEMA reporting OWNER TO notes; ALTER SCHEMA shop OWNER TO notes")
    try:
        found = rights(shop).owners
        assert [(one.role, one.example, one.proper) for one in found] == [
            ("notes", "database away", "postgres"),
            ("notes", "schema shop", "shop"),
            ("notes", "table public.t", "postgres"),
        ]
        for one in found:
            shop.run(one.takes_back)
        assert rights(shop).owners == ()
    finally:
        shop.run("DROP DATABASE away")


def test_what_a_role_owns_in_another_apps_schema_is_named_and_its_code_not_given_away(shop: Database) -> None:
    shop.run("GRANT CREATE ON SCHEMA shop TO notes; GRANT USAGE ON SCHEMA shop TO notes", "shop")
    shop.run("CREATE FUNCTION shop.trap() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'", "notes")
    (found,) = rights(shop).owners
    assert (found.role, found.count, found.example) == ("notes", 1, "function shop.trap()")
    assert (found.proper, found.takes_back) == ("shop", "DROP ROUTINE shop.trap()")
    shop.run(found.takes_back)
    assert rights(shop).owners == ()


def test_a_function_of_an_event_trigger_is_the_superusers_way_or_named(shop: Database) -> None:
    """An event trigger runs it with the rights of whoever changes something; its owner may rewrite it."""
    shop.run("CREATE FUNCTION shop.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'")
    shop.run("CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION shop.watch()")
    restore_owners(shop.psql)
    assert rights(shop).owners == ()
    assert shop.value("SELECT proowner::regrole::text FROM pg_proc WHERE proname = 'watch'") == "postgres"
    shop.run("ALTER FUNCTION shop.watch() OWNER TO shop")
    (found,) = rights(shop).owners
    assert (found.role, found.example) == ("shop", "function shop.watch() of the event trigger watch")
    shop.run(found.takes_back)
    assert rights(shop).owners == ()


def test_what_a_restore_put_aside_keeps_its_owner_unremarked(shop: Database) -> None:
    aside = '"notes before 2026-11-30 11:05:37"'
    shop.run(f"CREATE SCHEMA {aside}; CREATE TABLE {aside}.t (); ALTER TABLE {aside}.t OWNER TO notes")
    assert rights(shop).owners == ()


def test_what_a_restore_put_aside_keeps_its_readers_unremarked(shop: Database) -> None:
    shop.run('ALTER SCHEMA shop RENAME TO "shop before 2026-11-30 11:05:37"')
    assert rights(shop).grants == ()


def _quoted(name: str) -> str:
    return name.replace('"', '""')
