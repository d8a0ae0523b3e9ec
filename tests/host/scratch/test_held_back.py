"""What cannot be restored holds back whose it is and who needs it; everybody else's data comes back, in every case."""

import psycopg
import pytest

from host.placing import newer_schemas
from host.postgres.owners import restore_owners
from host.postgres.psql import Psql
from host.restore.run import PutBack
from host.scratch.database import RESTORED, create_like_live
from host.scratch.load import load
from tests.host.container import SERVICE, Container
from tests.host.restore.test_run import WHOLE, sent
from tests.host.scratch.loaded import LOADING_ROLES, reader

APPS = ("fruits", "notes", "shop")
REFUSES = """
CREATE FUNCTION refuses(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
  IF current_database() <> 'db' THEN RAISE 'not here'; END IF; RETURN x; END $$;
"""
"""Code that runs where it was written and nowhere else, so that neither a dump nor the live data can be loaded."""
WITHIN = {
    "rows": "CREATE TABLE t (x int CHECK (fruits.refuses(x) > 0)); INSERT INTO t VALUES (1)",
    "constant": "CREATE TABLE t (x int, y int GENERATED ALWAYS AS (fruits.refuses(1)) STORED)",
    "partition": "CREATE TABLE t (x int) PARTITION BY RANGE (fruits.refuses(x));"
    "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9); INSERT INTO t VALUES (1)",
    "domain": "CREATE DOMAIN d AS int CHECK (fruits.refuses(VALUE) > 0); CREATE TABLE t AS SELECT 1::d AS x",
    "index": "CREATE TABLE t AS SELECT 1 AS x; CREATE INDEX ON t (fruits.refuses(x))",
    "view": "CREATE TABLE t AS SELECT 1 AS x; CREATE MATERIALIZED VIEW m AS SELECT fruits.refuses(x) FROM t",
}
DAILY = [pytest.param(one, marks=[] if one == "rows" else pytest.mark.soak) for one in WITHIN]


@pytest.fixture
def three(container: Container) -> Container:
    """The app fruits, of which something will not load, beside notes and shop."""
    for app in APPS:
        container.app(app, "CREATE TABLE own AS SELECT 'old' AS word")
    return container


def changed(container: Container) -> None:
    """A dump of what is live, and other rows since."""
    sent(container)
    for app in APPS:
        container.sql("UPDATE own SET word = 'new'", role=app)


def words(container: Container) -> dict[str, str]:
    return {app: container.value("SELECT word FROM own", role=app) for app in APPS}


@pytest.mark.parametrize("place", DAILY)
def test_an_app_that_loads_nowhere_else_keeps_what_it_has_and_the_others_come_back(
    three: Container, place: str
) -> None:
    three.sql(REFUSES + WITHIN[place], role="fruits")
    changed(three)
    done = three.run(WHOLE)
    assert words(three) == {"fruits": "new", "notes": "old", "shop": "old"}
    assert [(one["name"], one["error"]) for one in done["verdicts"] if one["error"]] == [("fruits", "not here")]
    assert (done["one_by_one"], done["kept"]) == (True, ["fruits", "public"])
    assert three.sql(LOADING_ROLES) == []
    for name in done["old"]:
        three.run(PutBack(SERVICE, name))
    assert words(three) == {"fruits": "new", "notes": "new", "shop": "new"}


def test_an_app_with_a_forgotten_lock_and_one_that_it_depends_on_stop_no_other(
    three: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that was made after the dump, which cannot be copied either."""
    monkeypatch.setattr(newer_schemas, "_LOCK", newer_schemas._LOCK.replace("30s", "100ms"))
    three.sql("CREATE TABLE public.of_no_app ()")
    reader(three, "shop", "notes")
    three.sql("CREATE VIEW over AS SELECT * FROM notes.own", role="shop")
    changed(three)
    three.app("young", "CREATE TABLE own AS SELECT 'new' AS word")
    where = f"host={three.server.sockets} port={three.server.port} user=young dbname={SERVICE}"
    with psycopg.connect(where) as forgotten:
        forgotten.execute("LOCK TABLE own")
        done = three.run(WHOLE)
    assert words(three) == {"fruits": "old", "notes": "new", "shop": "old"}
    failure, other = [one for one in done["verdicts"] if one["error"]]
    assert (failure["name"], other["name"], other["schemas"]) == ("notes", "what belongs to the superuser", ["public"])
    assert failure["error"].startswith("something outside the schema notes depends on it: ")
    assert done["kept"] == ["notes", "public", "young"]
    assert any("held a lock for more than 30 seconds" in step for step in three.steps)


def test_a_prepared_transaction_of_one_app_stops_no_restore(three: Container) -> None:
    changed(three)
    where = f"host={three.server.sockets} port={three.server.port} user=fruits dbname={SERVICE}"
    with psycopg.connect(where, autocommit=True) as forgotten:
        forgotten.execute("BEGIN; UPDATE own SET word = 'late'; PREPARE TRANSACTION 'a'")
    done = three.run(WHOLE)
    assert words(three) == {"fruits": "old", "notes": "old", "shop": "old"}
    assert done["one_by_one"] is True
    assert any("a prepared transaction of the role fruits keeps the database in use" in one for one in three.steps)
    three.sql("ROLLBACK PREPARED 'a'")


def test_what_a_superuser_alone_can_make_in_an_apps_schema_stays_its_own_and_holds_nothing_back(
    three: Container,
) -> None:
    three.sql(
        "CREATE FUNCTION fruits.lets(int) RETURNS bool IMMUTABLE LEAKPROOF LANGUAGE sql AS 'SELECT true';"
        "CREATE FUNCTION fruits.native(int) RETURNS int IMMUTABLE LANGUAGE internal AS 'int4abs';"
        "CREATE FUNCTION fruits.plain() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    restore_owners(Psql(three.host, SERVICE))
    owner = "SELECT proname::text, proowner::regrole::text FROM pg_proc WHERE pronamespace = 'fruits'::regnamespace"
    owners = [("lets", "postgres"), ("native", "postgres"), ("plain", "fruits")]
    assert three.sql(f"{owner} ORDER BY 1") == owners
    changed(three)
    assert [one for one in three.run(WHOLE)["verdicts"] if one["error"]] == []
    assert three.sql(f"{owner} ORDER BY 1") == owners


FILES = """
CREATE FUNCTION files_validator(text[], oid) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF cardinality($1) > 0 AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE 'only a superuser may set it';
  END IF; END $$;
CREATE FOREIGN DATA WRAPPER files VALIDATOR files_validator;
"""
"""A stand-in for file_fdw, which the tests' PostgreSQL lacks: its validator too is the extension's, so in no dump."""


def test_a_foreign_table_with_a_superusers_options_holds_back_its_app_and_no_other(three: Container) -> None:
    folder = three.runner.tmp / "extension"
    folder.mkdir()
    (folder / "files.control").write_text("default_version = '1.0'\nrelocatable = true\n")
    (folder / "files--1.0.sql").write_text(FILES)
    three.sql(f"ALTER SYSTEM SET extension_control_path = '$system:{folder.parent}'")
    three.sql("SELECT pg_reload_conf()")
    try:
        three.sql(
            "CREATE SCHEMA tools; CREATE EXTENSION files SCHEMA tools; CREATE SERVER disk FOREIGN DATA WRAPPER files"
        )
        for schema in ("tools", "fruits"):
            three.sql(f"CREATE FOREIGN TABLE {schema}.log (line text) SERVER disk OPTIONS (filename '/log')")
        three.sql("ALTER FOREIGN TABLE fruits.log OWNER TO fruits")
        changed(three)
        done = three.run(WHOLE)
        failures = {one["name"]: one["error"] for one in done["verdicts"] if one["error"]}
        assert failures.pop("fruits") == "only a superuser may set it"
        assert words(three) == {"fruits": "new", "notes": "old", "shop": "old"}
        three.sql("DROP FOREIGN TABLE fruits.log")
        changed(three)
        assert [one for one in three.run(WHOLE)["verdicts"] if one["error"]] == []
        assert three.value("SELECT 'tools.log'::regclass::oid > 0") is True
    finally:
        three.sql("ALTER SYSTEM RESET extension_control_path")
        three.sql("SELECT pg_reload_conf()")


BY_THE_SUPERUSER = """
CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE shop.away (id int) SERVER far; ALTER FOREIGN TABLE shop.away OWNER TO shop;
CREATE USER MAPPING FOR shop SERVER far;
CREATE SERVER mine FOREIGN DATA WRAPPER nothing; ALTER SERVER mine OWNER TO fruits;
CREATE OPERATOR CLASS fruits.c FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
ALTER OPERATOR FAMILY fruits.c USING btree OWNER TO fruits; ALTER OPERATOR CLASS fruits.c USING btree OWNER TO fruits;
CREATE TEXT SEARCH TEMPLATE fruits.words (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE FUNCTION public.fires() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION public.fires();
CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION one FOR TABLE shop.own;
COMMENT ON SCHEMA fruits IS 'mine';
"""
BROKEN = {
    "CREATE FOREIGN DATA WRAPPER": {"foreign data wrapper nothing", "USER MAPPING shop SERVER far", "shop", "fruits"},
    "CREATE SERVER far": {"server far", "USER MAPPING shop SERVER far", "shop"},
    "CREATE SERVER mine": {"server mine", "fruits"},
    "CREATE USER MAPPING": {"USER MAPPING shop SERVER far"},
    "CREATE FOREIGN TABLE": {"shop"},
    "CREATE OPERATOR CLASS": {"operator class fruits.c", "fruits"},
    "CREATE OPERATOR FAMILY": {"operator family fruits.c", "fruits"},
    "CREATE TEXT SEARCH TEMPLATE": {"text search template fruits.words", "fruits"},
    "CREATE EVENT TRIGGER": {"event trigger noted"},
    "CREATE PUBLICATION everything": {"publication everything"},
    "CREATE PUBLICATION one": {"publication one"},
    "COMMENT ON SCHEMA fruits": {"comment SCHEMA fruits", "fruits"},
}
"""What of the dump fails, and whom it holds back."""


def test_what_only_the_superuser_makes_holds_back_whose_it_is_and_who_needs_it(three: Container) -> None:
    three.sql(BY_THE_SUPERUSER)
    dump, file = three.dump(), three.runner.tmp / "dump"
    whole, found = file.read_bytes(), dict[str, set[str]]()
    for statement in BROKEN:
        assert statement.encode() in whole
        file.write_bytes(whole.replace(statement.encode(), f"{statement[:-1]}?".encode()))
        create_like_live(three.host, SERVICE, RESTORED)
        loaded = load(three.host, SERVICE, dump, RESTORED)
        found[statement] = {verdict.name for verdict in loaded.failures}
    assert found == BROKEN
