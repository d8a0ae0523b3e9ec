"""Owners and grants after a load, against a real PostgreSQL: every kind of object, and nothing of anybody else."""

import pytest

from host.postgres.objects import OBJECTS
from host.postgres.owners import restore_owners
from host.postgres.psql import SqlError
from host.postgres.roles import AppRole, close_role, ensure_role, schema_users
from tests.host.postgres.real import Database
from tests.host.postgres.zoo import NAMES, ZOO

FOREIGN = OBJECTS + "SELECT identity, owner::regrole::text FROM objects WHERE owner NOT IN (0, '{}'::regrole)"


def role(app: str, schema: str = "", **more: object) -> AppRole:
    return AppRole(app, schema or app, "c0ffee", **more)  # type: ignore[arg-type]


def test_each_kind_of_object_counts_once(database: Database) -> None:
    database.run(f"CREATE SCHEMA z; SET search_path = z; {ZOO}")
    found: dict[str, list[str]] = {}
    for kind, name in database.run(f"{OBJECTS} SELECT type, name FROM objects WHERE schema_name = 'z' ORDER BY 1, 2"):
        found.setdefault(kind, []).append(name)
    assert found == NAMES


def test_members_of_extensions_do_not_count(database: Database) -> None:
    database.run("CREATE SCHEMA z; CREATE EXTENSION vector SCHEMA z")
    assert database.run(f"{OBJECTS} SELECT identity FROM objects") == []


def test_every_object_goes_back_to_its_schemas_role(database: Database) -> None:
    ensure_role(database.psql, role("fruits"))
    database.run(f"ALTER SCHEMA fruits OWNER TO postgres; SET search_path = fruits; {ZOO}")
    restore_owners(database.psql)
    assert database.run(FOREIGN.format("fruits")) == []
    assert database.value("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'fruits'") == "fruits"
    restore_owners(database.psql)


def test_what_has_no_role_stays_the_superusers(database: Database) -> None:
    database.run("CREATE TABLE t (); CREATE SCHEMA lonely; CREATE TABLE lonely.t ()")
    ensure_role(database.psql, role("fruits"))
    restore_owners(database.psql)
    assert database.run("SELECT DISTINCT tableowner::text FROM pg_tables WHERE tablename = 't'") == [("postgres",)]


def test_readers_read_what_is_there_and_what_will_come(database: Database) -> None:
    ensure_role(database.psql, role("notes", reads=("fruits",)))
    ensure_role(database.psql, role("fruits"))
    restore_owners(database.psql)
    database.run("CREATE TABLE fruits.basket (n int)", role="fruits")
    assert database.run("SELECT n FROM fruits.basket", role="notes") == []
    with pytest.raises(Exception, match="permission denied"):
        database.run("INSERT INTO fruits.basket VALUES (1)", role="notes")
    ensure_role(database.psql, role("notes"))
    with pytest.raises(Exception, match="permission denied"):
        database.run("SELECT n FROM fruits.basket", role="notes")


def test_apps_of_one_schema_share_what_they_make(database: Database) -> None:
    for app in ("web", "worker"):
        ensure_role(database.psql, role(app, "shop"))
    settings = (
        "SELECT string_agg(setting, ';') FROM pg_db_role_setting, unnest(setconfig) AS setting"
        " WHERE setrole = 'web'::regrole AND setting !~ 'idle_in|temp_file'"
    )
    assert database.value(settings) == "search_path=shop, extensions;role=shop"
    ensure_role(database.psql, role("web", statement_timeout="30s"))
    assert database.value(settings) == "search_path=web, extensions;statement_timeout=30s"
    ensure_role(database.psql, role("web"))
    assert database.value(settings) == "search_path=web, extensions"


def test_who_shares_a_schema_shares_what_it_reads(database: Database) -> None:
    ensure_role(database.psql, role("fruits"))
    database.run("CREATE TABLE fruits.basket ()", role="fruits")
    for app in ("web", "worker"):
        ensure_role(database.psql, role(app, "shop", reads=("fruits",)))
    restore_owners(database.psql)
    for app in ("web", "worker"):
        assert database.run("SELECT FROM fruits.basket", role=app) == []


def test_one_app_cannot_stop_the_others_by_default(database: Database) -> None:
    ensure_role(database.psql, role("web"))
    settings = "SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setrole = 'web'::regrole ORDER BY 1"
    limits = [("idle_in_transaction_session_timeout=10min",), ("temp_file_limit=2GB",)]
    assert [row for row in database.run(settings) if row in limits] == limits
    database.run("ALTER ROLE web SET temp_file_limit = '5GB'; ALTER ROLE web IN DATABASE db RESET temp_file_limit")
    ensure_role(database.psql, role("web"))
    assert ("temp_file_limit=5GB",) in database.run(settings)
    assert ("temp_file_limit=2GB",) not in database.run(settings)


def test_a_closed_role_keeps_its_schema(database: Database) -> None:
    ensure_role(database.psql, role("fruits"))
    close_role(database.psql, "fruits")
    close_role(database.psql, "nobody")
    assert database.run("SELECT rolcanlogin, rolpassword FROM pg_authid WHERE rolname = 'fruits'") == [(False, None)]
    ensure_role(database.psql, role("fruits"))
    assert database.value("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'fruits'")


def test_an_extension_leaves_public_for_the_schema_that_all_find(database: Database) -> None:
    database.run("CREATE EXTENSION vector")
    ensure_role(database.psql, role("fruits", extensions=("vector",)))
    restore_owners(database.psql)
    assert database.value("SELECT '[1,2]'::extensions.vector::text", role="fruits") == "[1,2]"


def test_who_uses_a_schema_is_what_links_say_and_not_a_search_path(database: Database) -> None:
    for app in ("web", "worker", "gone", "thief"):
        ensure_role(database.psql, role(app, "thief" if app == "thief" else "shop"))
        state = database.psql.host.state
        state.write(f"apps/{app}/links/db", access="schema", stack="prod", schema="shop", role=app)
    database.psql.host.state.write("apps/thief/links/db", access="schema", stack="prod", schema="thief", role="thief")
    database.run("ALTER ROLE thief SET search_path = shop", role="thief")
    close_role(database.psql, "gone")
    assert schema_users(database.psql, "shop") == ["web", "worker"]
    assert schema_users(database.psql, "thief") == ["thief"]


def test_names_that_look_like_sql_are_names(database: Database) -> None:
    ensure_role(database.psql, role("x' OR 'x\\", 'a"; DROP SCHEMA public; --'))
    assert database.value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'a\"%' OR nspname = 'public'") == 2


def test_a_server_that_refuses_is_an_error(database: Database) -> None:
    with pytest.raises(SqlError, match="refused"):
        ensure_role(database.psql, role("fruits", extensions=("nosuch",)))
