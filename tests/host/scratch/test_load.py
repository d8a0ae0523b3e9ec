"""Loading a dump, against a real PostgreSQL: everything comes, and belongs to whom it belonged to."""

import pytest

from host.loading.verdict import LoadError
from host.scratch.database import RESTORED, SCHEMA_ONLY, create_like_live
from host.scratch.load import Scope, load
from tests.host.container import SERVICE, Container
from tests.host.scratch.loaded import LOADING_ROLES, OWNERS, UNQUALIFIED, reader, restored, verdicts


def test_each_apps_things_come_by_a_role_of_their_own_and_belong_to_the_app(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t (id serial PRIMARY KEY, name text); INSERT INTO t (name) VALUES ('apple')")
    container.app("notes", "CREATE TABLE t (id int); CREATE VIEW v AS SELECT * FROM t; CREATE INDEX ON t (id)")
    assert verdicts(restored(container)) == {"fruits": "", "notes": ""}
    assert container.sql(OWNERS, RESTORED) == [("fruits", "fruits"), ("notes", "notes")]
    assert container.sql("SELECT name FROM fruits.t", RESTORED) == [("apple",)]
    assert container.sql(LOADING_ROLES) == []
    runs = [line for line in container.runner.lines if line[0] == "pg_restore" and "--username" in line]
    assert {line[line.index("--username") + 1] for line in runs} == {
        "petbase load 1 of petbase_restore",
        "petbase load 2 of petbase_restore",
    }


def test_apps_whose_names_mean_something_in_sql_or_end_alike_have_their_own_back(container: Container) -> None:
    names = ["9.lives", "a" * 63, "a" * 62 + "b", "my-app", "select"]
    for name in names:
        container.app(name, "CREATE TABLE things (id serial)")
    assert verdicts(restored(container)) == dict.fromkeys(names, "")
    owners = [(schema, owner.strip('"')) for schema, owner in container.sql(OWNERS, RESTORED)]
    assert owners == [(name, name) for name in names]


def test_settings_of_the_server_neither_stop_a_load_nor_change_what_comes(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT ARRAY[NULL, 'NULL'] AS words")
    odd = {"default_transaction_read_only": "on", "array_nulls": "off", "transform_null_equals": "on"}
    for name, value in odd.items():
        container.sql(f"ALTER SYSTEM SET {name} = {value}")
    container.sql("SELECT pg_reload_conf()")
    try:
        assert verdicts(restored(container)) == {"fruits": ""}
        assert container.sql("SELECT words FROM fruits.t", RESTORED) == [([None, "NULL"],)]
    finally:
        container.sql("ALTER SYSTEM RESET ALL")
        container.sql("SELECT pg_reload_conf()")


def test_an_app_has_all_its_schemas_back(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t ()")
    container.sql("CREATE SCHEMA jobs AUTHORIZATION fruits; COMMENT ON SCHEMA jobs IS 'of fruits'")
    container.sql("CREATE TABLE jobs.job ()", role="fruits")
    assert verdicts(restored(container)) == {"fruits": ""}
    assert container.sql(OWNERS, RESTORED) == [("fruits", "fruits"), ("jobs", "fruits")]
    assert container.value("SELECT obj_description('jobs'::regnamespace)", RESTORED) == "of fruits"


def test_tables_of_a_foreign_server_come_and_the_server_stays_the_superusers(container: Container) -> None:
    container.sql("CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER far FOREIGN DATA WRAPPER nothing")
    container.sql("CREATE FOREIGN TABLE public.away (id int) SERVER far")
    container.app("fruits", "CREATE TABLE t ()")
    container.sql("GRANT USAGE ON FOREIGN SERVER far TO fruits")
    container.sql("CREATE FOREIGN TABLE fruits.away (id int) SERVER far", role="fruits")
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.sql(
        "SELECT relnamespace::regnamespace::text, relowner::regrole::text FROM pg_class WHERE relkind = 'f' ORDER BY 1",
        RESTORED,
    ) == [("fruits", "fruits"), ("public", "postgres")]
    assert (
        container.value(
            "SELECT count(*) FROM pg_foreign_server, aclexplode(srvacl) WHERE grantee <> srvowner", RESTORED
        )
        == 0
    )
    container.sql("DROP FOREIGN DATA WRAPPER nothing CASCADE")


def test_one_schema_comes_with_what_it_needs_of_others(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE TABLE more ()")
    container.app("shop", "CREATE TABLE baskets (fruit int); INSERT INTO baskets VALUES (1)")
    container.sql("ALTER TABLE shop.baskets ADD FOREIGN KEY (fruit) REFERENCES fruits.t")
    container.app("other", UNQUALIFIED)
    loaded = restored(container, Scope(schemas=frozenset({"shop"})))
    assert verdicts(loaded) == {"fruits": "", "shop": ""}
    assert container.sql(
        "SELECT tablename::text FROM pg_tables WHERE tableowner IN ('fruits', 'shop') ORDER BY 1", RESTORED
    ) == [("baskets",), ("t",)]


def test_a_view_on_anothers_tables_comes_with_the_rows_that_its_app_may_read(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT 'apple' AS name; CREATE TYPE mood AS ENUM ('good')")
    container.app("notes")
    reader(container, "notes", "fruits")
    container.sql(
        "CREATE MATERIALIZED VIEW a AS SELECT name FROM fruits.t; CREATE VIEW v AS SELECT name FROM fruits.t;"
        "CREATE TABLE moods (mood fruits.mood); CREATE MATERIALIZED VIEW z AS SELECT name FROM a",
        role="notes",
    )
    assert verdicts(restored(container)) == {"fruits": "", "notes": ""}
    assert container.sql("SELECT name FROM notes.z", RESTORED) == [("apple",)]


def test_a_view_comes_with_rows_that_somebody_let_its_app_read_by_hand(container: Container) -> None:
    container.app("zoo", "CREATE TABLE t AS SELECT 'ape' AS name")
    container.app("notes")
    container.sql("GRANT USAGE ON SCHEMA zoo TO notes; GRANT SELECT ON zoo.t TO notes")
    container.sql("CREATE MATERIALIZED VIEW m AS SELECT name FROM zoo.t", role="notes")
    container.sql("CREATE TABLE zoo.u AS SELECT 'emu' AS \"a name\", 'x' AS secret; ALTER TABLE zoo.u OWNER TO zoo")
    container.sql('GRANT SELECT ("a name") ON zoo.u TO notes')
    peeks = "CREATE FUNCTION peeks(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM secret FROM zoo.u;"
    container.sql(
        f"{peeks} RETURN 'all'; EXCEPTION WHEN insufficient_privilege THEN RETURN $1; END $$;"
        'CREATE MATERIALIZED VIEW n AS SELECT notes.peeks("a name") AS name FROM zoo.u',
        role="notes",
    )
    assert verdicts(restored(container)) == {"zoo": "", "notes": ""}
    assert container.sql("SELECT name FROM notes.m", RESTORED) == [("ape",)]
    assert container.sql("SELECT name FROM notes.n", RESTORED) == [("emu",)]


def test_the_superusers_views_come_with_everybodys_rows(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT 'apple' AS name")
    container.sql("CREATE MATERIALIZED VIEW public.all_names AS SELECT name FROM fruits.t")
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.sql("SELECT name FROM public.all_names", RESTORED) == [("apple",)]


def test_foreign_keys_triggers_and_types_across_apps_come(container: Container) -> None:
    """Made by the superuser; only it could."""
    container.app("fruits", "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    container.sql("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", role="fruits")
    container.app("shop", "CREATE TABLE baskets (fruit int); INSERT INTO baskets VALUES (1)")
    container.sql(
        "ALTER TABLE shop.baskets ADD FOREIGN KEY (fruit) REFERENCES fruits.t, ADD like_fruit fruits.t;"
        "CREATE TRIGGER f BEFORE INSERT ON shop.baskets FOR EACH ROW EXECUTE FUNCTION fruits.f();"
        "CREATE POLICY p ON shop.baskets USING (EXISTS (SELECT FROM fruits.t)); CREATE VIEW shop.v AS TABLE fruits.t"
    )
    assert verdicts(restored(container)) == {"fruits": "", "shop": ""}
    assert container.value("SELECT has_schema_privilege('shop', 'fruits', 'USAGE')", RESTORED) is False
    assert container.value("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated", RESTORED) == 1


GUARDED = """
CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2);
CREATE TABLE u (id int REFERENCES t); INSERT INTO u VALUES (1);
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
ALTER TABLE u ENABLE ROW LEVEL SECURITY; ALTER TABLE u FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (id = 1); CREATE POLICY p ON u USING (true);
CREATE MATERIALIZED VIEW m AS SELECT id FROM t
"""


def test_policies_that_count_for_the_owner_too_hide_no_row_and_fill_views_as_before(container: Container) -> None:
    container.app("fruits", GUARDED)
    assert verdicts(restored(container)) == {"fruits": ""}
    assert container.value("SELECT count(*) FROM fruits.t", RESTORED) == 2
    assert container.sql("SELECT id FROM fruits.m", RESTORED) == [(1,)]


def test_what_does_not_restore_as_h2_or_field_7_holds_back_its_app_only_and_says_how_to_mend_it(
    container: Container,
) -> None:
    container.app("fruits", UNQUALIFIED)
    container.app("notes", "CREATE TABLE notes (body text); INSERT INTO notes VALUES ('mine')")
    loaded = restored(container)
    (failure,) = loaded.failures
    assert (failure.name, failure.schemas, failure.at) == ("fruits", ("fruits",), "rows of fruits.painted")
    assert failure.error == 'relation "colors" does not exist'
    assert "ALTER FUNCTION fruits.known(text) SET search_path = SCHEMA, extensions; then" in failure.repair
    assert container.sql(OWNERS, RESTORED) == [("notes", "notes")]
    assert container.sql("SELECT body FROM notes.notes", RESTORED) == [("mine",)]
    with pytest.raises(LoadError, match="fruits: cannot be restored"):
        loaded.require_all()


def test_who_needs_a_thing_of_the_app_that_is_held_back_is_held_back_too(container: Container) -> None:
    container.app("fruits", UNQUALIFIED)
    container.app("notes")
    reader(container, "notes", "fruits")
    container.sql("CREATE VIEW seen AS SELECT * FROM fruits.colors", role="notes")
    container.app("shop", "CREATE TABLE t ()")
    assert verdicts(restored(container)) == {
        "fruits": 'relation "colors" does not exist',
        "notes": "it needs the table fruits.colors, and fruits cannot be restored",
        "shop": "",
    }
    assert container.sql(OWNERS, RESTORED) == [("shop", "shop")]


def test_an_extension_that_the_server_lacks_holds_back_who_needs_it(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t ()")
    container.sql("CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC")
    container.sql("CREATE EXTENSION vector SCHEMA extensions")
    container.app("notes", "CREATE TABLE t (v extensions.vector)")
    dump = container.dump()
    file = container.runner.tmp / "dump"
    file.write_bytes(file.read_bytes().replace(b"IF NOT EXISTS vector ", b"IF NOT EXISTS vectox "))
    create_like_live(container.host, SERVICE, RESTORED)
    found = verdicts(load(container.host, SERVICE, dump, RESTORED))
    assert found == {"extension vector": found["notes"], "fruits": "", "notes": 'extension "vectox" is not available'}


TRUSTED = "default_version = '1.0'\nrelocatable = true\ntrusted = true\n"


def test_an_extension_that_an_app_installed_stays_the_apps(container: Container) -> None:
    folder = container.runner.tmp / "extension"
    folder.mkdir()
    (folder / "pets.control").write_text(TRUSTED)
    dumped = "".join(f"SELECT pg_extension_config_dump('{one}', '');" for one in ("pets", "pets_id_seq"))
    (folder / "pets--1.0.sql").write_text(f"CREATE TABLE pets (id serial, name text); {dumped}")
    container.sql(f"ALTER SYSTEM SET extension_control_path = '$system:{folder.parent}'")
    container.sql("SELECT pg_reload_conf()")
    try:
        container.app("fruits")
        container.sql(f"GRANT CREATE ON DATABASE {SERVICE} TO fruits")
        container.sql("CREATE EXTENSION pets", role="fruits")
        container.sql("INSERT INTO fruits.pets (name) VALUES ('cat')")
        assert verdicts(restored(container)) == {"fruits": "", "rows of extensions": ""}
        owner = (
            "SELECT extowner::regrole::text, extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pets'"
        )
        assert container.sql(owner, RESTORED) == [("fruits", "fruits")]
        assert container.sql("SELECT id, name FROM fruits.pets", RESTORED) == [(1, "cat")]
        assert container.value("SELECT nextval('fruits.pets_id_seq')", RESTORED) == 2
        create = "SELECT has_database_privilege('fruits', current_database(), 'CREATE')"
        assert container.value(create, RESTORED) is False
    finally:
        container.sql("ALTER SYSTEM RESET extension_control_path")
        container.sql("SELECT pg_reload_conf()")


def test_roles_that_a_dump_names_are_made_where_the_server_has_none(container: Container) -> None:
    container.sql('CREATE ROLE "a TO b"; CREATE ROLE reader; CREATE ROLE guest; CREATE FOREIGN DATA WRAPPER nothing')
    container.sql("CREATE SERVER far FOREIGN DATA WRAPPER nothing; CREATE USER MAPPING FOR guest SERVER far")
    container.app("fruits", 'CREATE TABLE t (); CREATE POLICY "x TO y" ON t TO "a TO b", reader USING (true)')
    dump = container.dump()
    container.sql('DROP SCHEMA fruits CASCADE; DROP OWNED BY fruits; DROP ROLE fruits, "a TO b", reader')
    container.sql("DROP FOREIGN DATA WRAPPER nothing CASCADE; DROP ROLE guest")
    create_like_live(container.host, SERVICE, RESTORED)
    assert set(verdicts(load(container.host, SERVICE, dump, RESTORED)).values()) == {""}
    assert "db: the dump names the role guest, which is not here; it is made, without a login" in container.printed()
    made = container.sql(
        "SELECT rolname::text, rolcanlogin FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)' ORDER BY 1"
    )
    assert made == [("a TO b", False), ("fruits", False), ("guest", False), ("reader", False)]
    assert container.sql(OWNERS, RESTORED) == [("fruits", "fruits")]


def test_large_objects_come_back_to_their_roles(container: Container) -> None:
    container.app("fruits", "SELECT lo_from_bytea(4711, 'a'); SELECT lo_from_bytea(4712, 'b')")
    container.sql("SELECT lo_from_bytea(4713, 'c'); COMMENT ON LARGE OBJECT 4713 IS 'mine'")
    restored(container)
    owners = (
        "SELECT l.oid::int, lomowner::regrole::text, convert_from(lo_get(l.oid), 'UTF8') FROM pg_largeobject_metadata l"
    )
    assert container.sql(f"{owners} ORDER BY 1", RESTORED) == [
        (4711, "fruits", "a"),
        (4712, "fruits", "b"),
        (4713, "postgres", "c"),
    ]


def test_large_objects_come_to_a_new_server_with_their_roles_and_the_link_finds_them(container: Container) -> None:
    """As `restore-from` does: the dump is loaded before any app is linked."""
    container.app("fruits", "SELECT lo_from_bytea(4711, 'a')")
    dump = container.dump()
    container.sql("DROP OWNED BY fruits; DROP ROLE fruits")
    create_like_live(container.host, SERVICE, RESTORED)
    load(container.host, SERVICE, dump, RESTORED)
    container.sql(f"ALTER ROLE fruits LOGIN; GRANT CONNECT ON DATABASE {RESTORED} TO fruits")
    assert container.value("SELECT convert_from(lo_get(4711), 'UTF8')", RESTORED, "fruits") == "a"


def test_what_belongs_to_the_superuser_stays_its_own(container: Container) -> None:
    container.sql("CREATE TABLE public.t (id int); CREATE SCHEMA tools; CREATE VIEW tools.v AS TABLE public.t")
    container.sql("CREATE FUNCTION tools.native(int) RETURNS int LANGUAGE internal IMMUTABLE AS 'int4abs'")
    container.sql(
        "CREATE OPERATOR CLASS tools.ints FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)"
    )
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.sql(OWNERS, RESTORED) == [("public", "postgres"), ("tools", "postgres")]
    assert container.value("SELECT tools.native(-1)", RESTORED) == 1


def test_a_damaged_dump_is_no_apps_fault(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT md5(n::text) FROM generate_series(1, 3000) n")
    dump = container.dump()
    file = container.runner.tmp / "dump"
    content = bytearray(file.read_bytes())
    content[content.rindex(b"x\x9c") + 600] ^= 0xFF
    file.write_bytes(content)
    create_like_live(container.host, SERVICE, RESTORED)
    with pytest.raises(LoadError, match="the dump is damaged: "):
        load(container.host, SERVICE, dump, RESTORED)


def test_wording_that_changes_with_a_restore_is_no_difference(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t (word varchar CHECK (word IN ('a', 'b')))")
    loaded = restored(container)
    assert verdicts(loaded) == {"fruits": ""}
    assert len(loaded.fingerprint) == 64
    assert container.sql(f"SELECT datname FROM pg_database WHERE datname = '{SCHEMA_ONLY}'") == []


def test_a_foreign_server_of_an_apps_own_stays_its_own(container: Container) -> None:
    container.sql("CREATE FOREIGN DATA WRAPPER nothing")
    container.app("fruits")
    container.sql("GRANT USAGE ON FOREIGN DATA WRAPPER nothing TO fruits")
    container.sql("CREATE SERVER mine FOREIGN DATA WRAPPER nothing", role="fruits")
    container.sql("CREATE FOREIGN TABLE away (id int) SERVER mine", role="fruits")
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.sql("SELECT srvowner::regrole::text FROM pg_foreign_server", RESTORED) == [("fruits",)]
    container.sql("DROP FOREIGN DATA WRAPPER nothing CASCADE")


@pytest.mark.parametrize("rights", ["", "SECURITY DEFINER"])
def test_what_the_superusers_event_trigger_runs_stays_the_superusers(container: Container, rights: str) -> None:
    """As PostgREST's guide has it; with the app as its owner, it would run the app's text as the superuser."""
    container.app("fruits", "CREATE TABLE t ()")
    container.sql(f"CREATE FUNCTION fruits.et() RETURNS event_trigger {rights} LANGUAGE plpgsql AS 'BEGIN END'")
    container.sql("CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION fruits.et()")
    assert verdicts(restored(container)) == {"fruits": ""}
    owner = "SELECT proowner::regrole::text FROM pg_event_trigger JOIN pg_proc p ON p.oid = evtfoid"
    assert container.sql(owner, RESTORED) == [("postgres",)]
