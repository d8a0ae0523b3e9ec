"""Which schema is whose: recorded by the database itself, and enough to give all back after a load."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from host.postgres.owners import restore_owners
from host.postgres.psql import SqlError
from host.postgres.roles import AppRole, ensure_role
from host.postgres.schema_record import INSTALL_RECORD, REFRESH_RECORD
from tests.host.postgres.real import Database


@pytest.fixture
def fruits(database: Database) -> Database:
    for app in ("fruits", "notes"):
        ensure_role(database.psql, AppRole(app, app, "c0ffee"))
    restore_owners(database.psql)
    return database


def recorded(database: Database) -> dict[str, str]:
    return dict(database.run("SELECT schema::text, role::text FROM petbase.schemas ORDER BY 1"))


def owner(database: Database, schema: str) -> str:
    found = database.run(f"SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = '{schema}'")
    return str(found[0][0]) if found else ""


OWN = {"fruits": "fruits", "notes": "notes"}


def test_an_app_makes_its_own_schemas_at_every_start(fruits: Database) -> None:
    for _ in range(2):
        fruits.run("CREATE SCHEMA IF NOT EXISTS drizzle; CREATE SCHEMA IF NOT EXISTS fruits", role="fruits")
    fruits.run("CREATE TABLE drizzle.t ()", role="fruits")
    assert recorded(fruits) == {**OWN, "drizzle": "fruits"}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        fruits.run("SELECT * FROM drizzle.t", role="notes")


def test_what_an_app_renames_or_drops_is_no_longer_recorded(fruits: Database) -> None:
    fruits.run("CREATE SCHEMA a; ALTER SCHEMA a RENAME TO b", role="fruits")
    assert recorded(fruits) == {**OWN, "b": "fruits"}
    fruits.run("DROP SCHEMA b", role="fruits")
    assert recorded(fruits) == OWN
    fruits.run("BEGIN; CREATE SCHEMA c; ROLLBACK", role="fruits")
    assert recorded(fruits) == OWN


def test_apps_of_one_schema_make_schemas_for_each_other(fruits: Database) -> None:
    ensure_role(fruits.psql, AppRole("web", "shop", "c0ffee"))
    fruits.run("SET ROLE shop; CREATE SCHEMA jobs", role="web")
    assert recorded(fruits)["jobs"] == "shop"


def test_what_a_restore_sets_aside_has_no_owner_and_what_it_makes_keeps_its_owner(fruits: Database) -> None:
    fruits.run("CREATE SCHEMA drizzle", role="fruits")
    fruits.run(
        "ALTER SCHEMA drizzle RENAME TO before; CREATE SCHEMA drizzle; CREATE TABLE drizzle.t ();"
        "ALTER SCHEMA before OWNER TO postgres"
    )
    restore_owners(fruits.psql)
    assert recorded(fruits) == {**OWN, "drizzle": "fruits"}
    assert (owner(fruits, "before"), owner(fruits, "drizzle")) == ("postgres", "fruits")
    assert fruits.value("SELECT tableowner::text FROM pg_tables WHERE schemaname = 'drizzle'") == "fruits"


def test_a_load_that_lost_all_owners_is_put_right_by_the_record(fruits: Database) -> None:
    fruits.run("CREATE SCHEMA notes_of_mine; CREATE TABLE notes_of_mine.t ()", role="fruits")
    fruits.run("CREATE SCHEMA public_things", role="notes")
    before = recorded(fruits)
    fruits.run(
        "DROP EVENT TRIGGER petbase_record_schema; DROP EVENT TRIGGER petbase_forget_schema;"
        "DROP EVENT TRIGGER petbase_adopt_extension; REASSIGN OWNED BY fruits, notes TO postgres"
    )
    restore_owners(fruits.psql)
    assert {schema: owner(fruits, schema) for schema in before} == before
    assert recorded(fruits) == before
    fruits.run("CREATE SCHEMA later", role="notes")
    assert recorded(fruits)["later"] == "notes"


def test_a_schema_whose_role_is_yet_to_come_waits_for_it(fruits: Database) -> None:
    """As after a restore into a new server, where apps are linked one after the other."""
    fruits.run("INSERT INTO petbase.schemas VALUES ('basket', 'melons'); CREATE SCHEMA basket")
    fruits.run("ALTER SCHEMA basket OWNER TO notes; UPDATE petbase.schemas SET role = 'melons' WHERE schema = 'basket'")
    fruits.run("ALTER SCHEMA basket OWNER TO postgres")
    restore_owners(fruits.psql)
    assert owner(fruits, "basket") == "postgres"
    ensure_role(fruits.psql, AppRole("melons", "melons", "c0ffee"))
    restore_owners(fruits.psql)
    assert owner(fruits, "basket") == "melons"


def test_without_a_record_a_schema_belongs_to_the_role_of_its_name(fruits: Database) -> None:
    fruits.run("DROP SCHEMA petbase CASCADE; ALTER SCHEMA fruits OWNER TO postgres")
    restore_owners(fruits.psql)
    assert owner(fruits, "fruits") == "fruits"
    assert recorded(fruits) == OWN


def test_an_app_can_neither_read_nor_change_the_record(fruits: Database) -> None:
    for sql in (
        "SELECT * FROM petbase.schemas",
        "INSERT INTO petbase.schemas VALUES ('notes', 'fruits')",
        "CREATE TABLE petbase.t ()",
        "ALTER SCHEMA petbase RENAME TO x",
        "DROP SCHEMA extensions",
        "DROP EVENT TRIGGER petbase_record_schema",
        "CREATE SCHEMA AUTHORIZATION notes",
        "ALTER SCHEMA fruits OWNER TO notes",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            fruits.run(sql, role="fruits")
    assert recorded(fruits) == OWN


@pytest.mark.parametrize("name", ["petbase", "extensions"])
def test_a_schema_of_petbases_own_that_a_role_took_before_is_refused(database: Database, name: str) -> None:
    database.run(f"CREATE ROLE thief; CREATE SCHEMA {name} AUTHORIZATION thief")
    with pytest.raises(SqlError) as caught:
        database.psql.execute(INSTALL_RECORD + REFRESH_RECORD)
    assert caught.value.reason == (
        f"the schema {name} is Petbase's own, and here it belongs to the role thief. Give it another name: ALTER "
        "SCHEMA … RENAME TO …"
    )


@pytest.mark.parametrize("name", ["postgres", "notes", "auditor"])
def test_a_schema_may_not_have_the_name_of_another_role(fruits: Database, name: str) -> None:
    """Sessions of that role would look into it first."""
    fruits.run("CREATE ROLE auditor")
    fruits.run("DROP SCHEMA notes")
    for sql in (f"CREATE SCHEMA {name}", f"CREATE SCHEMA x; ALTER SCHEMA x RENAME TO {name}"):
        with pytest.raises(
            psycopg.errors.InsufficientPrivilege, match="a schema may not have the name of another role"
        ):
            fruits.run(sql, role="fruits")
    fruits.run("CREATE SCHEMA IF NOT EXISTS fruits; DROP SCHEMA fruits; CREATE SCHEMA fruits", role="fruits")
    assert recorded(fruits) == {"fruits": "fruits"}


_TROJAN = """
CREATE FUNCTION postgres.rises(name, text) RETURNS text LANGUAGE plpgsql AS
  $$ BEGIN EXECUTE 'ALTER ROLE fruits SUPERUSER'; RETURN $1::text || $2; END $$;
CREATE OPERATOR postgres.|| (leftarg = name, rightarg = text, procedure = postgres.rises);
"""


def test_the_superuser_calls_no_operator_of_a_schema_with_its_name(fruits: Database) -> None:
    """One that was there before Petbase's triggers; `nspname || ' readers'` would fit it better than PostgreSQL's."""
    fruits.run("ALTER EVENT TRIGGER petbase_record_schema DISABLE")
    fruits.run(f"CREATE SCHEMA postgres; {_TROJAN}", role="fruits")
    fruits.run("ALTER EVENT TRIGGER petbase_record_schema ENABLE")
    with pytest.raises(SqlError) as caught:
        restore_owners(fruits.psql)
    assert caught.value.reason.startswith(
        "the schema postgres has the superuser's name, and here it belongs to the role"
    )
    fruits.run("ALTER SCHEMA postgres OWNER TO postgres")
    restore_owners(fruits.psql)
    ensure_role(fruits.psql, AppRole("web", "web", "c0ffee", reads=("fruits",)))
    assert fruits.value("SELECT rolsuper FROM pg_roles WHERE rolname = 'fruits'") is False


@pytest.fixture
def kits(cluster: object, fruits: Database, tmp_path: Path) -> Iterator[Database]:
    """The server has the trusted extensions `kit` and `kits`, which needs it. PostgreSQL 18 finds them by a setting."""
    assert cluster is fruits.server
    folder = tmp_path / "extension"
    folder.mkdir()
    for name, more in (("kit", ""), ("kits", "requires = 'kit'\n")):
        text = f"default_version = '1'\nrelocatable = true\ntrusted = true\n{more}"
        (folder / f"{name}.control").write_text(text)
        (folder / f"{name}--1.sql").write_text(f"CREATE FUNCTION {name}() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    for found in (tmp_path, *tmp_path.parents[:3]):
        found.chmod(0o755)
    fruits.server.run(f"ALTER SYSTEM SET extension_control_path = '{tmp_path}:$system'")
    fruits.server.run("SELECT pg_reload_conf()")
    yield fruits
    fruits.server.run("ALTER SYSTEM RESET extension_control_path")
    fruits.server.run("SELECT pg_reload_conf()")


def test_an_extension_that_an_app_makes_is_the_superusers_and_everybodys(kits: Database) -> None:
    kits.run("CREATE EXTENSION kits SCHEMA fruits CASCADE", role="fruits")
    assert kits.run(
        "SELECT extname::text, extowner::regrole::text, extnamespace::regnamespace::text FROM pg_extension"
        " WHERE extname LIKE 'kit%' ORDER BY 1"
    ) == [("kit", "postgres", "extensions"), ("kits", "postgres", "extensions")]
    kits.run("CREATE EXTENSION IF NOT EXISTS kit", role="notes")
    assert kits.run("SET search_path = notes, extensions; SELECT kit() + kits()", role="notes") == [(2,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        kits.run("DROP EXTENSION kits CASCADE", role="fruits")


def test_an_extension_that_was_an_apps_before_and_is_in_use_stays_its_own(kits: Database) -> None:
    kits.run("ALTER EVENT TRIGGER petbase_adopt_extension DISABLE")
    kits.run("CREATE EXTENSION kit SCHEMA fruits; CREATE VIEW fruits.v AS SELECT fruits.kit()", role="fruits")
    kits.run("ALTER EVENT TRIGGER petbase_adopt_extension ENABLE")
    kits.run("CREATE EXTENSION kits SCHEMA fruits", role="fruits")
    found = kits.run(
        "SELECT extname::text, extowner::regrole::text FROM pg_extension WHERE extname LIKE 'kit%' ORDER BY 1"
    )
    assert found == [("kit", "fruits"), ("kits", "fruits")]
    assert kits.run("SELECT fruits.kit() + fruits.kits()", role="fruits") == [(2,)]
