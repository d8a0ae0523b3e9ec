"""pull loads what an app wrote with no rights but on that app's own data, for any local user.

Two databases of one PostgreSQL: `there`, where apps live and are dumped, and `dev`.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from host.loading import guard
from operate.core.errors import PetbaseError, RefusedError
from operate.pull import contents, loading_role, local_postgres, pull
from operate.pull.local_postgres import Local
from operate.pull.pull import Pull
from tests.examples import postgres
from tests.examples.postgres import PASSWORD, Postgres
from tests.faults.support.hostile import BY_THE_APP, BY_THE_SUPERUSER

ROLES = "SELECT rolname, rolsuper FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1"
SCHEMAS = "SELECT nspname::text, nspowner::regrole::text FROM pg_namespace WHERE nspname !~ '^(pg_|information)'"

Dump = Callable[..., Path]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL with the app's role, which has no right to make roles or databases."""
    running = postgres.start(tmp_path_factory.mktemp("both"))
    running.run("CREATE ROLE fruits LOGIN PASSWORD 'fruits'")
    running.run("CREATE ROLE me LOGIN CREATEROLE PASSWORD 'mine'")
    running.run("CREATE ROLE lone LOGIN PASSWORD 'lone'")
    yield running
    running.stop()


@pytest.fixture
def dev(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
    """SQL of the superuser's in an empty `dev`; `there` is empty too."""
    monkeypatch.setenv("PATH", f"{postgres.binaries()}:{os.environ['PATH']}")
    server.run("CREATE DATABASE there")
    server.run("CREATE DATABASE dev OWNER me")
    server.run("GRANT CREATE ON DATABASE there TO fruits")
    yield lambda text: server.run(text, "dev")
    server.run("DROP DATABASE dev WITH (FORCE)")
    server.run("DROP DATABASE there WITH (FORCE)")


@pytest.fixture
def dumped(server: Postgres, dev: object, tmp_path: Path) -> Dump:
    """dumped("SQL of fruits") → the dump of `there` after that."""
    assert dev

    def dump(*texts: str) -> Path:
        server.run("CREATE SCHEMA IF NOT EXISTS fruits AUTHORIZATION fruits", "there")
        for text in texts:
            server.run(f"SET SESSION AUTHORIZATION fruits; SET search_path = fruits; {text}", "there")
        return export(server, tmp_path / "export")

    return dump


def export(server: Postgres, file: Path) -> Path:
    words = ["pg_dump", "--format", "custom", "--no-owner", "--no-acl", "--file", str(file)]
    environment = {**os.environ, "PGPASSWORD": PASSWORD}
    where = ["--host", "127.0.0.1", "--port", str(server.port), "--username", "postgres", "--dbname", "there"]
    subprocess.run([*words, *where], env=environment, check=True)
    return file


def local(server: Postgres, user: str = "postgres", password: str = PASSWORD, more: str = "") -> Local:
    return local_postgres.chosen(f"postgres://{user}:{password}@127.0.0.1:{server.port}/dev{more}")


def pulled(target: Local, dump: Path, schema: str = "fruits") -> Pull:
    job = Pull(dump, contents.read(dump, schema, "the dump", target.trusted_extensions()))
    loading_role.require_right(target, target.look(), job.contents.schemas, job.contents.extension_schemas)
    job.run(target, target.look(), job.lacking(target))
    return job


@pytest.mark.parametrize("who", [("postgres", PASSWORD), ("me", "mine")])
def test_an_app_that_waits_to_be_loaded_gets_no_right_on_this_machine(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], tmp_path: Path, who: tuple[str, str]
) -> None:
    """Each kind of thing whose code runs while it is loaded; a plain pg_restore makes its author a superuser."""
    server.run(BY_THE_SUPERUSER, "there")
    try:
        server.run(f"SET SESSION AUTHORIZATION evil; {BY_THE_APP}", "there")
        before = server.run(ROLES)
        dev("CREATE SCHEMA extensions AUTHORIZATION me; CREATE EXTENSION vector SCHEMA extensions")
        dev('CREATE COLLATION public.mine FROM "C"; CREATE SCHEMA other; CREATE TABLE other.kept AS SELECT 1 AS id')
        pulled(local(server, *who), export(server, tmp_path / "export"), "evil")
        assert server.run(ROLES) == before
        assert dev("SELECT count(*)::int, min(g) FROM evil.t") == [(1, 1)]
        assert dev("SELECT id FROM other.kept") == [(1,)]
        owners = dev(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'evil'::regnamespace"
        )
        assert owners == [(who[0],)]
    finally:
        server.run("DROP OWNED BY evil CASCADE", "there")
        server.run("DROP ROLE evil")


def test_what_needs_another_apps_things_is_left_out_and_named(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    """As an app has it that `reads` another one's tables."""
    server.run("CREATE SCHEMA shop; GRANT USAGE ON SCHEMA shop TO fruits", "there")
    server.run("CREATE TABLE shop.orders (id int PRIMARY KEY); CREATE SEQUENCE shop.n", "there")
    server.run("GRANT SELECT, REFERENCES ON shop.orders TO fruits; GRANT USAGE ON SEQUENCE shop.n TO fruits", "there")
    tables = "CREATE TABLE t (id int REFERENCES shop.orders); CREATE TABLE u (n int DEFAULT nextval('shop.n'))"
    dump = dumped(tables, "CREATE VIEW v AS SELECT * FROM shop.orders; CREATE VIEW w AS SELECT * FROM v")
    job = pulled(local(server), dump)
    assert job.contents.left_out == (
        "table fruits.u",
        "view fruits.v",
        "view fruits.w",
        "rows of fruits.u",
        "fk constraint fruits.t t_id_fkey",
    )
    assert dev("SELECT relname::text FROM pg_class WHERE relnamespace = 'fruits'::regnamespace") == [("t",)]


def test_a_view_is_filled_as_policies_allow_and_labels_of_a_server_stay_there(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    """Policies may count for a table's owner too; who reads a security label is a library of that server."""
    dump = dumped(
        "CREATE TABLE t AS SELECT n FROM generate_series(1, 3) AS n; CREATE POLICY p ON t USING (n > 1)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY",
        "CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t; RESET SESSION AUTHORIZATION; "
        "SET allow_system_table_mods = on; "
        "INSERT INTO pg_seclabel VALUES ('fruits.t'::regclass, 'pg_class'::regclass, 0, 'anon', 'MASKED')",
    )
    assert pulled(local(server), dump).contents.left_out == ("security label fruits.TABLE t",)
    assert dev("TABLE fruits.m") == [(2,)]


@pytest.mark.parametrize(("schema", "who"), [("fruits", ("me", "mine")), ("public", ("postgres", PASSWORD))])
def test_an_extension_in_the_schema_that_is_pulled_is_there_for_it(
    server: Postgres,
    dev: Callable[[str], list[tuple[object, ...]]],
    tmp_path: Path,
    schema: str,
    who: tuple[str, str],
) -> None:
    """In public it is for each app with the superuser's URL. At first no schema is there, then all is replaced."""
    server.run(f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE EXTENSION vector SCHEMA {schema}", "there")
    server.run(f"CREATE TABLE {schema}.t (v {schema}.vector(2)); INSERT INTO {schema}.t VALUES ('[1,2]')", "there")
    if who[0] == "me":
        dev("CREATE SCHEMA fruits AUTHORIZATION me; CREATE EXTENSION vector SCHEMA fruits")
    for _ in range(2):
        pulled(local(server, *who), export(server, tmp_path / "export"), schema)
        assert dev(f"SELECT v::text FROM {schema}.t") == [("[1,2]",)]
        dev(f"CREATE TYPE {schema}.old AS RANGE (subtype = int); CREATE TABLE {schema}.old_ones (o {schema}.old)")
        dev(f"CREATE FUNCTION {schema}.old(int) RETURNS int LANGUAGE sql RETURN 1; CREATE VIEW {schema}.o AS SELECT 1")
        dev(f"CREATE DOMAIN {schema}.d AS int; CREATE AGGREGATE {schema}.a(int) (SFUNC = int4pl, STYPE = int)")
    pulled(local(server, *who), export(server, tmp_path / "export"), schema)
    assert dev(f"SELECT relname::text FROM pg_class WHERE relnamespace = '{schema}'::regnamespace") == [("t",)]
    assert dev("SELECT count(*)::int FROM pg_proc WHERE proname IN ('old', 'a') AND pronamespace <> 11") == [(0,)]


def test_all_schemas_of_the_app_come_together(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    """Its journal of migrations is in another schema, and belongs to its tables."""
    file = dumped(
        "CREATE TABLE tasks (id int); INSERT INTO tasks VALUES (1), (2)",
        'CREATE SCHEMA drizzle; CREATE TABLE drizzle."__drizzle_migrations" AS SELECT 1 AS id',
    )
    dev("CREATE SCHEMA drizzle; CREATE TABLE drizzle.old (id int)")
    job = pulled(local(server), file)
    assert (job.contents.names, job.contents.tables, job.contents.left_out) == ("fruits, drizzle", 2, ())
    assert dev("SELECT count(*)::int FROM fruits.tasks") == [(2,)]
    assert dev('SELECT id FROM drizzle."__drizzle_migrations"') == [(1,)]
    assert dev("SELECT to_regclass('drizzle.old')") == [(None,)]


def test_what_a_role_without_rights_cannot_make_is_named_before_anything_is_touched(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    server.run(
        "CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far; "
        "GRANT USAGE ON FOREIGN SERVER away TO fruits; "
        'CREATE SCHEMA "fruits before 2026-11-30 08:00:05"; CREATE TABLE "fruits before 2026-11-30 08:00:05".t (); '
        'ALTER TABLE "fruits before 2026-11-30 08:00:05".t OWNER TO fruits',
        "there",
    )
    file = dumped(
        "CREATE TABLE near (id int)",
        "CREATE FOREIGN TABLE distant (id int) SERVER away",
        "CREATE VIEW everything AS SELECT id FROM near UNION ALL SELECT id FROM distant",
        "CREATE CAST (near AS text) WITH INOUT",
        "SELECT lo_from_bytea(0, 'large')",
    )
    job = pulled(local(server), file)
    assert job.contents.left_out == (
        "server away",
        "foreign table fruits.distant",
        "view fruits.everything",
        "its large objects",
    )
    assert dev("SELECT to_regclass('fruits.near')::text, to_regclass('fruits.distant')::text") == [
        ("fruits.near", None)
    ]


def test_a_failure_leaves_schemas_with_whom_they_were(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    server.run("CREATE FUNCTION public.one() RETURNS int LANGUAGE sql AS 'SELECT 1'", "there")
    file = dumped("CREATE TABLE boxed (b int DEFAULT public.one())")
    dev("CREATE SCHEMA fruits AUTHORIZATION fruits; CREATE TABLE fruits.mine (id int)")
    before = dev(SCHEMAS)
    with pytest.raises(PetbaseError, match=r"^Nothing was changed in fruits.*No function matches the given name"):
        pulled(local(server), file)
    assert dev(SCHEMAS) == before
    assert dev("SELECT to_regclass('fruits.mine')::text") == [("fruits.mine",)]


@pytest.mark.parametrize("who", [("postgres", PASSWORD), ("me", "mine"), ("lone", "lone")])
def test_a_load_that_never_ends_is_ended_and_changes_nothing(
    server: Postgres,
    dev: Callable[[str], list[tuple[object, ...]]],
    dumped: Dump,
    monkeypatch: pytest.MonkeyPatch,
    who: tuple[str, str],
) -> None:
    """It takes what ends a statement for nothing."""
    monkeypatch.setattr(guard, "_LEAST_SECONDS", 1)
    file = dumped(
        "CREATE FUNCTION waits(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN"
        " WHILE current_database() = 'dev' LOOP BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN END;"
        " END LOOP; RETURN x; END $$; CREATE TABLE t (x int CHECK (fruits.waits(x) > 0)); INSERT INTO t VALUES (1)"
    )
    owner = "lone" if who[0] == "lone" else "me"
    dev(f"CREATE SCHEMA fruits AUTHORIZATION {owner}; GRANT CREATE ON DATABASE dev TO lone")
    dev(f"SET ROLE {owner}; CREATE TABLE fruits.mine (id int)")
    before, roles = dev(SCHEMAS), server.run(ROLES)
    late = "The dump was not loaded within 0 minutes, so something in it may never end"
    with pytest.raises(PetbaseError, match=f"^Nothing was changed in fruits. {late}.$"):
        pulled(local(server, *who), file)
    assert (dev(SCHEMAS), server.run(ROLES)) == (before, roles)
    assert dev("SELECT to_regclass('fruits.mine')::text") == [("fruits.mine",)]
    sessions = "SELECT pid FROM pg_stat_activity WHERE datname = 'dev' AND backend_type = 'client backend'"
    assert dev(f"{sessions} AND pid <> pg_backend_pid()") == []


def test_what_a_run_that_was_killed_left_is_tidied_up_by_the_next(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    file = dumped("CREATE TABLE tasks (id int)")
    dev("CREATE SCHEMA fruits AUTHORIZATION me")
    target = local(server)
    role = loading_role.name(target.look())
    loading_role.make(target, target.look(), "a password", ["fruits"], [])
    assert ("fruits", f'"{role}"') in dev(SCHEMAS)
    pulled(target, file)
    assert [name for name, _ in server.run(ROLES) if name == role] == []
    assert ("fruits", "postgres") in dev(SCHEMAS)


def test_who_may_not_make_roles_and_owns_more_is_told_what_to_do(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    file = dumped("CREATE TABLE tasks (id int)")
    server.run("CREATE ROLE plain LOGIN PASSWORD 'plain'")
    dev("GRANT CREATE ON DATABASE dev TO plain")
    pulled(local(server, "plain", "plain"), file)
    assert ("fruits", "plain") in dev(SCHEMAS)
    pulled(local(server, "plain", "plain"), file)
    dev("CREATE SCHEMA blog AUTHORIZATION plain")
    with pytest.raises(RefusedError) as refused:
        pulled(local(server, "plain", "plain"), file)
    assert str(refused.value) == (
        "An app's own code runs while its data is loaded, so a role without rights loads it. plain may not make one, "
        "and may use other data there: schema blog. Let a superuser of your PostgreSQL give that user CREATEROLE, or "
        "use a database and a user without other data: --to URL"
    )
    server.run("DROP OWNED BY plain", "dev")


RIGHTS = {
    "the role pg_read_all_data": ("GRANT pg_read_all_data TO lone", "REVOKE pg_read_all_data FROM lone"),
    "table public.t": ("CREATE TABLE public.t (); GRANT UPDATE ON public.t TO lone", "DROP TABLE public.t"),
    "function public.f()": (
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION public.f OWNER TO lone",
        "DROP FUNCTION public.f",
    ),
    "large object 4711": ("SELECT lo_create(4711); ALTER LARGE OBJECT 4711 OWNER TO lone", "SELECT lo_unlink(4711)"),
    "database work": ("CREATE DATABASE work; ALTER DATABASE work OWNER TO lone", "DROP DATABASE work"),
}


def test_what_else_such_a_user_may_use_would_be_the_apps_too(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    file = dumped("CREATE TABLE tasks (id int)")
    dev("GRANT CREATE ON DATABASE dev TO lone")
    for named, (given, back) in RIGHTS.items():
        for statement in given.split("; "):
            dev(statement)
        with pytest.raises(RefusedError, match=re.escape(f"may use other data there: {named}. ")):
            pulled(local(server, "lone", "lone"), file)
        dev(back)
    pulled(local(server, "lone", "lone"), file)


def test_a_url_with_an_apps_own_parameters_will_do(
    server: Postgres, dev: Callable[[str], list[tuple[object, ...]]], dumped: Dump
) -> None:
    """Prisma's ?schema=, which psql refuses."""
    file = dumped("CREATE TABLE tasks (id int)")
    pulled(local(server, more="?schema=fruits&connection_limit=5&application_name=mine"), file)
    assert dev("SELECT to_regclass('fruits.tasks')::text") == [("fruits.tasks",)]


def test_a_schema_whose_name_is_a_statement_is_shown_as_a_name() -> None:
    """A dump says which schemas its extensions are in; the words are to be pasted."""
    assert pull.as_sql(["fruits", 'x"; DROP SCHEMA fruits; --']) == '"fruits", "x""; DROP SCHEMA fruits; --"'
    assert pull.url_end(['x"y']) == "?options=-csearch_path%3D%22x%22%22y%22"
