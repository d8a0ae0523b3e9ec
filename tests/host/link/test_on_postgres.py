"""Isolation, the way back and the end of data, with Dokku recorded and PostgreSQL real."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from host.app import rename_state
from host.app.finish_rename import rename_data
from host.app.rename_state import Rename
from host.core.errors import HostError
from host.link.drop_data import DropData
from host.link.ensure import EnsureLink
from host.link.isolate import Isolate, UndoIsolate
from host.postgres.roles import close_role
from host.programs.runner import Answer
from host.watch.baseline import Baseline, read_baseline, write_baseline
from tests.host.link.answers import LINKED, LINKS, PLAIN
from tests.host.postgres.real import Database
from tests.host.recorder import Answers

UNLINKED: Answers = {**LINKED, LINKS: ""}
LINK = EnsureLink("fruits", service="db", schema="fruits")
TABLES = (
    "SELECT COALESCE(string_agg(schemaname || '.' || tablename, ' ' ORDER BY schemaname, tablename), '') FROM pg_tables"
    + (" WHERE schemaname !~ '^(pg_|information|petbase)'")
)
ROLES = (
    "SELECT COALESCE(string_agg(rolname, ' ' ORDER BY rolname), '') FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'"
)


def drilled(database: Database, table: str) -> None:
    """A drill found a row of this table, which is about to move or to go."""
    write_baseline(database.psql.host, "db", Baseline("old.tgz", 1, {table: 1}))


def missed(database: Database) -> str:
    """What the next dump is said to lack, which has a row of another schema."""
    baseline = read_baseline(database.psql.host, "db")
    assert baseline
    return baseline.shrunk_rows("new.tgz", {"new.t": 1})


def test_an_app_leaves_public_and_comes_back(database: Database) -> None:
    database.run("CREATE TABLE fruits (n int); CREATE TABLE baskets (); INSERT INTO fruits VALUES (1)")
    drilled(database, "public.fruits")
    database.command(Isolate("fruits", service="db", schema="fruits"), PLAIN)
    assert database.value(TABLES) == "fruits.baskets fruits.fruits"
    assert database.run("SELECT n FROM fruits", role="fruits") == [(1,)]
    assert missed(database) == ""
    drilled(database, "fruits.fruits")
    for _ in range(2):
        database.command(UndoIsolate("fruits", service="db", schema="fruits"), PLAIN)
        assert database.value(TABLES) == "public.baskets public.fruits"
        assert database.value(ROLES) == ""
        assert database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'fruits'") == 0
        assert missed(database) == ""
    database.command(Isolate("fruits", service="db", schema="fruits", table=("fruits",)), PLAIN)
    assert database.value(TABLES) == "fruits.fruits public.baskets"


def test_what_cannot_move_keeps_its_schema_and_its_closed_role(database: Database) -> None:
    database.command(LINK, UNLINKED)
    database.run("CREATE EXTENSION vector SCHEMA fruits")
    database.command(UndoIsolate("fruits", service="db", schema="fruits"), PLAIN)
    assert database.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'fruits'") is False
    assert database.value("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'fruits'") == "fruits"


def test_its_other_schemas_stay_its_own_on_the_way_out_and_back(database: Database) -> None:
    database.command(LINK, UNLINKED)
    database.run("CREATE SCHEMA drizzle; CREATE TABLE drizzle.log (); CREATE TABLE t ()", role="fruits")
    database.command(UndoIsolate("fruits", service="db", schema="fruits"), PLAIN)
    assert database.value(TABLES) == "drizzle.log public.t"
    assert database.run("SELECT nspname::text FROM pg_namespace WHERE nspowner = 'fruits'::regrole") == [("drizzle",)]
    database.command(Isolate("fruits", service="db", schema="fruits"), PLAIN)
    assert database.value("SELECT count(*) FROM drizzle.log", role="fruits") == 0


def test_a_schema_that_another_app_made_for_itself_is_not_filled_with_this_ones_tables(database: Database) -> None:
    database.command(EnsureLink("notes", service="db", schema="notes"), UNLINKED)
    database.run("CREATE SCHEMA fruits", role="notes")
    database.run("CREATE TABLE secret ()")
    for command in (LINK, Isolate("fruits", service="db", schema="fruits")):
        with pytest.raises(HostError, match="the schema fruits in db belongs to the role notes, so fruits cannot use"):
            database.command(command, UNLINKED)
    assert database.value(TABLES) == "public.secret"
    with pytest.raises(HostError, match="the schema fruits in db belongs to the role notes"):
        database.command(EnsureLink("web", service="db", schema="web", reads=("fruits",)), UNLINKED)


def test_all_that_the_role_owns_goes(database: Database) -> None:
    """Large objects and publications are in no schema, and others' are not touched."""
    database.command(EnsureLink("notes", service="db", schema="notes"), UNLINKED)
    database.command(LINK, UNLINKED)
    database.run("CREATE SCHEMA drizzle; CREATE TABLE drizzle.log ()", role="fruits")
    database.run("SELECT lo_create(0) FROM generate_series(1, 1500)", role="fruits")
    database.run("CREATE TYPE mood AS ENUM ('good'); CREATE CAST (mood AS xml) WITH INOUT", role="fruits")
    database.run("CREATE PUBLICATION gone FOR TABLE drizzle.log", role="fruits")
    database.run("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC", role="fruits")
    database.run("CREATE PUBLICATION stays", role="notes")
    database.run("SELECT lo_create(4711)", role="notes")
    close_role(database.psql, "fruits")
    database.command(DropData("fruits", service="db"), UNLINKED)
    assert (database.value(TABLES), database.value(ROLES)) == ("", "notes")
    assert database.run("SELECT oid::int FROM pg_largeobject_metadata") == [(4711,)]
    assert database.run("SELECT pubname FROM pg_publication") == [("stays",)]


NAMES = ["my-app", "9.lives", "user", "select", "table", "order", "group", "a" * 63, "a" * 62 + "b"]


def test_a_name_that_means_something_in_sql_or_is_as_long_as_one_may_be_is_a_schema_like_any_other(
    database: Database,
) -> None:
    for name in NAMES:
        database.command(EnsureLink(name, service="db", schema=name), UNLINKED)
        database.run("CREATE TABLE things ()", role=name)
        assert database.run("SELECT current_user::text, current_schema()::text", role=name) == [(name, name)]
    for name, other in zip(NAMES, NAMES[1:] + NAMES[:1], strict=True):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=f"^permission denied for schema {other}\n"):
            database.run(f'TABLE "{other}".things', role=name)
    for number, name in enumerate(NAMES, 1):
        close_role(database.psql, name)
        database.command(DropData(name, service="db"), UNLINKED)
        assert len(database.run("SELECT 1 FROM pg_tables WHERE tablename = 'things'")) == len(NAMES) - number
    assert database.value(ROLES) == ""


def test_data_goes_with_schema_and_roles(database: Database) -> None:
    database.command(EnsureLink("notes", service="db", schema="notes", reads=("fruits",)), UNLINKED)
    database.command(LINK, UNLINKED)
    database.run("CREATE TABLE fruits.fruits ()", role="fruits")
    close_role(database.psql, "fruits")
    database.psql.host.state.remove("apps/fruits/links/db")
    drilled(database, "fruits.fruits")
    assert database.command(DropData("fruits", service="db"), UNLINKED) == (
        "fruits: dropping its schema and its role\nfruits: its data is gone\n"
    )
    assert missed(database) == ""
    assert (database.value(TABLES), database.value(ROLES)) == ("", "notes")
    database.command(DropData("fruits", service="db"), UNLINKED)


@pytest.mark.parametrize(
    ("depends", "named"),
    [
        ("CREATE VIEW public.v AS SELECT * FROM fruits.fruits", "rule _RETURN on view public.v"),
        ("CREATE TABLE public.t (n int REFERENCES fruits.fruits)", "constraint t_n_fkey on table public.t"),
        ("CREATE TABLE public.t (k fruits.kind)", "column k of table public.t"),
        ("CREATE TABLE public.t (n int DEFAULT fruits.one())", "default value for column n of table public.t"),
        ("CREATE INDEX i ON public.other (n fruits.by_n)", "index public.i"),
        ("CREATE FUNCTION public.f(fruits.fruits) RETURNS int LANGUAGE sql AS 'SELECT 1'", "function public.f(fruits"),
    ],
)
def test_what_depends_on_the_schema_from_outside_stops_it(database: Database, depends: str, named: str) -> None:
    database.command(LINK, UNLINKED)
    database.run(
        "SET search_path = fruits; CREATE TABLE fruits (n int PRIMARY KEY); CREATE TYPE kind AS ENUM ('a');"
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE public.other (n int);"
        "CREATE OPERATOR CLASS by_n FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,"
        "OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)"
    )
    database.run(depends)
    close_role(database.psql, "fruits")
    before = database.value(TABLES)
    with pytest.raises(HostError, match="something outside the schema fruits depends on it: ") as caught:
        database.command(DropData("fruits", service="db"), UNLINKED)
    assert named in str(caught.value)
    assert database.value(TABLES) == before


def test_a_role_with_data_elsewhere_stays_closed(database: Database) -> None:
    database.command(LINK, UNLINKED)
    close_role(database.psql, "fruits")
    database.server.run("CREATE DATABASE aside")
    database.server.run("CREATE TABLE t (); ALTER TABLE t OWNER TO fruits", "aside")
    try:
        assert "its role stays, closed" in database.command(DropData("fruits", service="db"), UNLINKED)
        assert database.value(ROLES) == "fruits"
    finally:
        database.server.run("DROP DATABASE aside")


def test_what_an_app_made_in_anothers_schema_never_becomes_the_superusers_or_that_apps(database: Database) -> None:
    for app in ("notes", "fruits"):
        database.command(EnsureLink(app, service="db", schema=app), UNLINKED)
    database.run("GRANT USAGE, CREATE ON SCHEMA notes TO fruits", role="notes")
    database.run("CREATE FUNCTION notes.trap() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'", role="fruits")
    database.run("CREATE VIEW notes.passwords AS SELECT rolname, rolpassword FROM pg_authid", role="fruits")
    owners = """SELECT DISTINCT o::regrole::text FROM (SELECT proowner AS o FROM pg_proc WHERE proname = 'trap'
        UNION SELECT relowner FROM pg_class WHERE relname = 'passwords') AS made"""
    database.command(EnsureLink("notes", service="db", schema="notes"), UNLINKED)
    assert database.run(owners) == [("fruits",)]
    close_role(database.psql, "fruits")
    said = database.command(DropData("fruits", service="db"), UNLINKED)
    assert (
        "fruits: its role stays, closed, as the owner of what a restore put aside (./petbase kept) or of things in "
        "other apps' schemas (./petbase doctor)\n"
    ) in said
    assert database.run(owners) == [("fruits",)]
    database.run("DROP FUNCTION notes.trap(); DROP VIEW notes.passwords", role="notes")
    database.command(DropData("fruits", service="db"), UNLINKED)
    assert database.value(ROLES) == "notes"


def test_a_renamed_app_finds_its_tables(database: Database) -> None:
    database.command(EnsureLink("apples", service="db", schema="apples"), UNLINKED)
    database.run("CREATE TABLE apples.t ()", role="apples")
    drilled(database, "apples.t")
    answers = {"config:get fruits DATABASE_URL": Answer(1)}
    database.command(EnsureLink("fruits", service="db", schema="fruits", was="apples"), UNLINKED, answers)
    assert (database.value(TABLES), database.value(ROLES)) == ("fruits.t", "fruits")
    assert database.value("SELECT tableowner::text FROM pg_tables WHERE tablename = 't'") == "fruits"
    assert missed(database) == ""


PASSWORDS = {"apples": "0ff", "fruits": "c0ffee"}


def url_of(app: str) -> Answers:
    """Its DATABASE_URL, by which it keeps its password."""
    return {f"config:get {app} DATABASE_URL": f"postgres://{app}:{PASSWORDS[app]}@dokku-postgres-db:5432/db\n"}


@pytest.fixture
def renaming(database: Database) -> Iterator["Renaming"]:
    made = Renaming(database)
    yield made
    made.close()


class Renaming:
    """apples, which serves, becomes fruits: what each of them asks by a session that stays open."""

    def __init__(self, database: Database, schema: str = "fruits") -> None:
        self.database, self.schema, self.sessions = database, schema, list["psycopg.Connection[Any]"]()
        database.command(EnsureLink("apples", service="db", schema="apples"), UNLINKED, url_of("apples"))
        self.old = self.session("apples")
        self.old.execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        state = database.psql.host.state
        state.move("apps/apples", "apps/fruits")
        rename_state.write(database.psql.host, "fruits", Rename("apples", "fruits", service="db", schema=schema))
        self.link()
        self.new = self.session("fruits")

    def session(self, role: str) -> "psycopg.Connection[Any]":
        """By the role's own password, as the app has it in its DATABASE_URL."""
        where = f"127.0.0.1:{self.database.server.port}/{self.database.name}"
        session = psycopg.connect(f"postgres://{role}:{PASSWORDS[role]}@{where}", autocommit=True)
        self.sessions.append(session)
        return session

    def close(self) -> None:
        for session in self.sessions:
            session.close()

    def link(self) -> None:
        """`link ensure`, as often as it comes before the app is built."""
        wanted = EnsureLink("fruits", service="db", schema=self.schema, was="apples", restart=False)
        self.database.command(wanted, UNLINKED, url_of("fruits"))

    def finish(self) -> None:
        rename = rename_state.pending(self.database.psql.host, "fruits")
        assert rename
        rename_data(self.database.psql.host, rename)


def test_both_names_of_an_app_serve_until_the_rename_is_done_and_the_new_one_goes_on(
    database: Database, renaming: Renaming
) -> None:
    """A session stays open through all of it; what the new app makes meanwhile comes along."""
    for session in (renaming.old, renaming.new, renaming.session("apples"), renaming.session("fruits")):
        assert session.execute("SELECT n FROM t").fetchall() == [(1,)]
    renaming.link()
    renaming.new.execute("CREATE TABLE made (); INSERT INTO t VALUES (2)")
    drilled(database, "apples.t")
    assert renaming.old.execute("SELECT count(*) FROM t").fetchone() == (2,)
    for _ in range(2):
        renaming.finish()
        assert renaming.new.execute("SELECT count(*) FROM t").fetchone() == (2,)
        renaming.new.execute("ALTER TABLE made ADD COLUMN IF NOT EXISTS n int")
    assert database.value(TABLES) == "fruits.made fruits.t"
    assert missed(database) == ""
    assert database.value("SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname = 'fruits'") == (
        "fruits"
    )
    assert renaming.session("fruits").execute("SELECT session_user, current_user, count(*) FROM t").fetchone() == (
        "fruits",
        "fruits",
        2,
    )


def test_a_role_that_a_rename_leaves_goes_once_its_sessions_have_ended(database: Database, renaming: Renaming) -> None:
    assert renaming.new.execute("SELECT session_user, current_user, n FROM t").fetchone() == ("fruits", "apples", 1)
    renaming.finish()
    assert renaming.new.execute("SELECT current_user, n FROM t").fetchone() == ("fruits", 1)
    assert database.value(ROLES) == "fruits fruits before"
    renaming.close()
    renaming.finish()
    assert database.value(ROLES) == "fruits"
    assert renaming.session("fruits").execute("SELECT session_user, n FROM t").fetchone() == ("fruits", 1)


def test_an_app_that_keeps_its_schema_leaves_the_old_role_open_until_the_rename_is_done(database: Database) -> None:
    renaming = Renaming(database, schema="apples")
    for session in (renaming.old, renaming.new):
        assert session.execute("SELECT n FROM t").fetchall() == [(1,)]
    assert database.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'apples'") is True
    renaming.finish()
    assert renaming.new.execute("SELECT n FROM t").fetchall() == [(1,)]
    assert database.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'apples'") is False
    renaming.close()


def test_an_empty_schema_of_the_new_name_is_no_obstacle_and_a_filled_one_is_said(
    database: Database, renaming: Renaming
) -> None:
    """As an app that makes its schema at each start leaves one."""
    database.run("CREATE SCHEMA fruits AUTHORIZATION apples")
    database.run("CREATE TABLE fruits.mine ()")
    with pytest.raises(HostError):
        renaming.finish()
    assert renaming.old.execute("SELECT n FROM apples.t").fetchall() == [(1,)]
    database.run("DROP TABLE fruits.mine")
    renaming.finish()
    assert database.value(TABLES) == "fruits.t"


def test_a_rename_that_is_taken_back_leaves_no_role(database: Database, renaming: Renaming) -> None:
    renaming.new.close()
    state = database.psql.host.state
    state.remove("apps/fruits/rename")
    state.move("apps/fruits", "apps/apples")
    back = EnsureLink("apples", service="db", schema="apples", was="fruits", restart=False)
    database.command(back, UNLINKED, url_of("apples"))
    assert (database.value(TABLES), database.value(ROLES)) == ("apples.t", "apples")
    assert renaming.old.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_a_renamed_app_takes_all_its_schemas_along(database: Database) -> None:
    database.command(EnsureLink("apples", service="db", schema="apples"), UNLINKED)
    database.run(
        "CREATE SCHEMA drizzle; CREATE TABLE drizzle.log (); CREATE PUBLICATION p FOR TABLE drizzle.log", "apples"
    )
    answers = {"config:get fruits DATABASE_URL": Answer(1)}
    database.command(EnsureLink("fruits", service="db", schema="fruits", was="apples"), UNLINKED, answers)
    assert database.run("SELECT schema::text, role::text FROM petbase.schemas ORDER BY 1") == [
        ("drizzle", "fruits"),
        ("fruits", "fruits"),
    ]
    database.run("ALTER PUBLICATION p DROP TABLE drizzle.log; DROP SCHEMA drizzle CASCADE", role="fruits")


def test_a_renamed_app_may_keep_its_schema(database: Database) -> None:
    database.command(EnsureLink("apples", service="db", schema="apples"), UNLINKED)
    database.run("CREATE TABLE apples.t ()", role="apples")
    database.command(EnsureLink("fruits", service="db", schema="apples", was="apples"), UNLINKED)
    assert (database.value(TABLES), database.value(ROLES)) == ("apples.t", "apples fruits")
    assert database.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'apples'") is False


def test_an_extension_in_its_schema_goes_with_it_unless_another_app_uses_it(database: Database) -> None:
    for app in ("notes", "fruits"):
        database.command(EnsureLink(app, service="db", schema=app), UNLINKED)
    database.run("CREATE EXTENSION vector SCHEMA fruits; CREATE TABLE notes.t (v fruits.vector(2))")
    database.run("CREATE TABLE fruits.t (v fruits.vector(2))")
    close_role(database.psql, "fruits")
    with pytest.raises(HostError, match=r"depends on it: column v of table notes.t; nothing was dropped"):
        database.command(DropData("fruits", service="db"), UNLINKED)
    database.run("DROP TABLE notes.t")
    database.command(DropData("fruits", service="db"), UNLINKED)
    assert database.value("SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == 0
