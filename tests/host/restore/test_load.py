"""Loading a dump, against a real PostgreSQL: everything comes, each owner's by itself, and nothing runs as another."""

import pytest

from host.core.errors import HostError
from host.loading.verdict import LoadError
from host.restore.load import FOR_A_LOOK, WHOLE, Loaded, Scope, load
from host.restore.scratch import RESTORED, SCHEMA_ONLY, create_like_live, drop_scratch
from tests.faults import hostile
from tests.host.container import SERVICE, Container

OWNERS = """
SELECT DISTINCT nspname::text, relowner::regrole::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^(pg_|information_schema)' AND nspname <> 'extensions' ORDER BY 1, 2
"""
LEFT = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'petbase load %'"
RISES = """
CREATE FUNCTION rises() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'CREATE ROLE backdoor SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'RESET SESSION AUTHORIZATION; ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'GRANT pg_execute_server_program TO fruits'; EXCEPTION WHEN OTHERS THEN END;
  RETURN 1; END $$;
CREATE FUNCTION wrap(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.rises(); RETURN x; END $$;
"""


def restored(container: Container, scope: Scope = WHOLE, into: str = RESTORED) -> Loaded:
    """A dump of the live database, loaded into a new one."""
    dump = container.dump()
    create_like_live(container.host, SERVICE, into)
    return load(container.host, SERVICE, dump, into, scope)


def verdicts(loaded: Loaded) -> dict[str, str]:
    return {verdict.name: verdict.error for verdict in loaded.verdicts}


def mighty(container: Container) -> list[tuple[object, ...]]:
    return container.sql(
        "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreaterole OR rolcreatedb) AND rolname <> 'postgres'"
    )


def test_each_apps_things_come_by_a_role_of_their_own_and_belong_to_the_app(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t (id serial PRIMARY KEY, name text); INSERT INTO t (name) VALUES ('apple')")
    container.app("notes", "CREATE TABLE t (id int); CREATE VIEW v AS SELECT * FROM t; CREATE INDEX ON t (id)")
    loaded = restored(container)
    assert verdicts(loaded) == {"fruits": "", "notes": ""}
    assert container.sql(OWNERS, RESTORED) == [("fruits", "fruits"), ("notes", "notes")]
    assert container.sql("SELECT name FROM fruits.t", RESTORED) == [("apple",)]
    assert container.sql(LEFT) == []
    roles = {
        line[line.index("--username") + 1]
        for line in container.runner.lines
        if line[0] == "pg_restore" and "--username" in line
    }
    assert roles == {"petbase load 1 of petbase_restore", "petbase load 2 of petbase_restore"}


def test_all_that_a_dump_can_hold_comes_and_what_lies_in_wait_gets_nowhere(container: Container) -> None:
    container.sql(hostile.BY_THE_SUPERUSER)
    container.sql(f"GRANT CONNECT ON DATABASE {SERVICE} TO evil")
    container.sql(hostile.BY_THE_APP, role="evil")
    loaded = restored(container)
    assert set(verdicts(loaded).values()) == {""}
    assert container.value("SELECT count(*) FROM evil.t", RESTORED) == 1
    assert container.sql("SELECT lomowner::regrole::text FROM pg_largeobject_metadata", RESTORED) == [("postgres",)]
    assert mighty(container) == []


def test_c1_a_constant_in_a_generated_column_makes_nobody_a_superuser(container: Container) -> None:
    container.app("fruits", RISES + "CREATE TABLE t (id int, g int GENERATED ALWAYS AS (fruits.wrap(1)) STORED)")
    container.sql("CREATE TABLE p (k int) PARTITION BY RANGE (fruits.wrap(k))", role="fruits")
    for scope, into in ((WHOLE, RESTORED), (FOR_A_LOOK, "petbase_drill")):
        assert verdicts(restored(container, scope, into)) == {"fruits": ""}
        assert mighty(container) == []
    drop_scratch(container.host, SERVICE, "petbase_drill")
    assert container.sql(LEFT) == []


COPIES = """
CREATE TABLE stolen (what text);
CREATE FUNCTION ix(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'INSERT INTO fruits.stolen SELECT body FROM notes.notes'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'UPDATE notes.notes SET body = ''mine'''; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'GRANT ALL ON SCHEMA fruits TO PUBLIC'; EXCEPTION WHEN OTHERS THEN END; RETURN x; END $$;
CREATE TABLE t (x int CHECK (fruits.ix(x) > 0)); INSERT INTO t VALUES (1); CREATE INDEX ON t (fruits.ix(x));
CREATE MATERIALIZED VIEW m AS SELECT fruits.ix(x) FROM t;
"""


@pytest.mark.parametrize("names", [("aaa", "fruits", "notes"), ("notes", "fruits")])
def test_c3_while_one_apps_rows_come_no_others_are_seen_or_changed(
    container: Container, names: tuple[str, ...]
) -> None:
    for name in names:
        sql = {"fruits": COPIES, "notes": "CREATE TABLE notes (body text); INSERT INTO notes VALUES ('secret')"}
        container.app(name, sql.get(name, ""))
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.value("SELECT count(*) FROM fruits.stolen", RESTORED) == 0
    assert container.sql("SELECT body FROM notes.notes", RESTORED) == [("secret",)]


UNQUALIFIED = """
CREATE TABLE colors (name text); INSERT INTO colors VALUES ('red');
CREATE FUNCTION known(text) RETURNS bool LANGUAGE plpgsql AS
  $$ BEGIN RETURN EXISTS (SELECT FROM colors WHERE name = $1); END $$;
CREATE TABLE painted (color text CHECK (known(color))); INSERT INTO painted VALUES ('red');
"""


def test_h2_what_does_not_restore_holds_back_its_app_only_and_says_how_to_mend_it(container: Container) -> None:
    container.app("fruits", UNQUALIFIED)
    container.app("notes", "CREATE TABLE notes (body text); INSERT INTO notes VALUES ('mine')")
    loaded = restored(container)
    (failure,) = loaded.failures
    assert (failure.name, failure.schemas, failure.at) == ("fruits", ("fruits",), "rows of fruits.painted")
    assert failure.error == 'relation "colors" does not exist'
    assert (
        "ALTER FUNCTION fruits.known(text) SET search_path = SCHEMA, extensions; then ./petbase backup"
        in failure.repair
    )
    assert container.sql(OWNERS, RESTORED) == [("notes", "notes")]
    assert container.sql("SELECT body FROM notes.notes", RESTORED) == [("mine",)]
    with pytest.raises(LoadError, match="fruits: cannot be restored"):
        loaded.require_all()


def test_who_needs_a_thing_of_the_app_that_is_held_back_is_held_back_too(container: Container) -> None:
    container.app("fruits", UNQUALIFIED)
    container.app("notes")
    container.sql("GRANT USAGE ON SCHEMA fruits TO notes; GRANT SELECT ON ALL TABLES IN SCHEMA fruits TO notes")
    container.sql("CREATE VIEW seen AS SELECT * FROM fruits.colors", role="notes")
    container.app("shop", "CREATE TABLE t ()")
    found = verdicts(restored(container))
    assert found == {
        "fruits": 'relation "colors" does not exist',
        "notes": "it needs the table fruits.colors, and fruits cannot be restored",
        "shop": "",
    }
    assert container.sql(OWNERS, RESTORED) == [("shop", "shop")]


def test_a_view_on_anothers_tables_comes_with_the_rows_that_its_app_may_read(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT 'apple' AS name; CREATE TYPE mood AS ENUM ('good')")
    container.app("notes")
    container.sql(
        'CREATE ROLE "fruits readers"; GRANT "fruits readers" TO notes; GRANT USAGE ON SCHEMA fruits TO "fruits readers"'
    )
    container.sql('GRANT SELECT ON ALL TABLES IN SCHEMA fruits TO "fruits readers"')
    container.sql(
        "CREATE MATERIALIZED VIEW a AS SELECT name FROM fruits.t; CREATE VIEW v AS SELECT name FROM fruits.t;"
        "CREATE TABLE moods (mood fruits.mood); CREATE MATERIALIZED VIEW z AS SELECT name FROM a",
        role="notes",
    )
    assert verdicts(restored(container)) == {"fruits": "", "notes": ""}
    assert container.sql("SELECT name FROM notes.z", RESTORED) == [("apple",)]
    assert (
        container.sql(
            "SELECT grantee FROM information_schema.role_table_grants WHERE table_schema = 'fruits' AND grantee <> 'fruits'",
            RESTORED,
        )
        == []
    )


def test_foreign_keys_triggers_and_types_across_apps_come(container: Container) -> None:
    container.app(
        "fruits",
        "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    )
    container.app("shop", "CREATE TABLE baskets (fruit int); INSERT INTO baskets VALUES (1)")
    container.sql(
        "ALTER TABLE shop.baskets ADD FOREIGN KEY (fruit) REFERENCES fruits.t, ADD like_fruit fruits.t;"
        "CREATE TRIGGER f BEFORE INSERT ON shop.baskets FOR EACH ROW EXECUTE FUNCTION fruits.f();"
        "CREATE POLICY p ON shop.baskets USING (EXISTS (SELECT FROM fruits.t)); CREATE VIEW shop.v AS TABLE fruits.t"
    )
    assert verdicts(restored(container)) == {"fruits": "", "shop": ""}
    assert container.sql("SELECT has_schema_privilege('shop', 'fruits', 'USAGE')", RESTORED) == [(False,)]
    assert container.sql("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated", RESTORED) == [(1,)]


SNEAKS = """
CREATE TABLE stolen (what text);
CREATE FUNCTION sneak(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'INSERT INTO notes.stolen SELECT fruits.all_of_it()'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'INSERT INTO notes.stolen SELECT name FROM fruits.t'; EXCEPTION WHEN OTHERS THEN END; RETURN x; END $$;
CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE INDEX ON t (sneak(x));
CREATE TABLE old AS TABLE fruits.t; CREATE INDEX ON old (notes.sneak(id)); CREATE INDEX ON old (fruits.plain(id));
CREATE INDEX ON old ((notes.sneak(1)));
"""


def test_a_guest_of_once_gets_no_rows_by_a_function_with_its_owners_rights(container: Container) -> None:
    """A view or an index of a time when it might read makes it a guest again: to look up names, and no more."""
    container.app(
        "fruits",
        "CREATE TABLE t AS SELECT 1 AS id, 'secret' AS name;"
        "CREATE FUNCTION all_of_it() RETURNS SETOF text SECURITY DEFINER LANGUAGE sql AS 'SELECT name FROM fruits.t';"
        "CREATE FUNCTION plain(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1'",
    )
    container.app("notes")
    container.sql("GRANT USAGE ON SCHEMA fruits TO notes; GRANT SELECT ON ALL TABLES IN SCHEMA fruits TO notes")
    container.sql(SNEAKS, role="notes")
    container.sql(
        "REVOKE ALL ON SCHEMA fruits FROM notes; REVOKE ALL ON ALL TABLES IN SCHEMA fruits FROM notes; TRUNCATE notes.stolen"
    )
    assert verdicts(restored(container)) == {"fruits": "", "notes": ""}
    assert container.sql("SELECT what FROM notes.stolen", RESTORED) == []


def test_an_app_has_all_its_schemas_back(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t ()")
    container.sql(
        "CREATE SCHEMA fruits_jobs AUTHORIZATION fruits; CREATE TABLE fruits_jobs.job (); ALTER TABLE fruits_jobs.job OWNER TO fruits"
    )
    assert verdicts(restored(container)) == {"fruits": ""}
    assert container.sql(OWNERS, RESTORED) == [("fruits", "fruits"), ("fruits_jobs", "fruits")]


def test_m2_no_role_is_made_from_what_an_error_says(container: Container) -> None:
    raises = "CREATE FUNCTION no(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN IF current_database() <> 'db' THEN RAISE 'role \"x4711\" does not exist'; END IF; RETURN x; END $$;"
    container.app("fruits", raises + "CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE INDEX ON t (no(x))")
    assert verdicts(restored(container)) == {"fruits": 'role "x4711" does not exist'}
    assert container.sql("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1") == [
        ("fruits",),
        ("postgres",),
    ]


def test_roles_that_a_dump_names_are_made_where_the_server_has_none(container: Container) -> None:
    container.sql('CREATE ROLE "a TO b"; CREATE ROLE reader')
    container.app("fruits", 'CREATE TABLE t (); CREATE POLICY "x TO y" ON t TO "a TO b", reader USING (true)')
    dump = container.dump()
    container.sql('DROP SCHEMA fruits CASCADE; DROP OWNED BY fruits; DROP ROLE fruits, "a TO b", reader')
    create_like_live(container.host, SERVICE, RESTORED)
    assert verdicts(load(container.host, SERVICE, dump, RESTORED)) == {"fruits": ""}
    made = container.sql("SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1")
    assert made == [("a TO b", False), ("fruits", False), ("postgres", True), ("reader", False)]
    assert container.sql(OWNERS, RESTORED) == [("fruits", "fruits")]


def test_names_that_look_like_a_neighbours_are_their_owners(container: Container) -> None:
    """`TABLE notes x y evil`, as pg_restore lists it, is a table `y` of the schema `notes x`."""
    container.app("notes", 'CREATE TABLE "x y" ()')
    container.app("evil")
    container.sql('CREATE SCHEMA "notes x" AUTHORIZATION evil')
    container.sql('CREATE TABLE "notes x".y (); CREATE TABLE "notes x"."a\nb; c\t\\" ()', role="evil")
    assert verdicts(restored(container)) == {"notes": "", "evil": ""}
    assert container.sql(OWNERS, RESTORED) == [("notes", "notes"), ("notes x", "evil")]


def test_h1_comment_lines_in_a_function_decide_nothing(container: Container) -> None:
    body = "$$ BEGIN\n--\n-- Name: public; Type: SCHEMA; Schema: -; Owner: -\n--\n\nCREATE SCHEMA public;\n END $$"
    container.app("fruits", f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS {body}")
    container.sql("CREATE TABLE public.t ()")
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", RESTORED) == 1


def test_roles_that_changed_meanwhile_stop_it(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    from host.loading.course import Loading

    container.app("fruits", "CREATE TABLE t ()")
    monkeypatch.setattr(Loading, "verdicts", Loading.verdicts)
    monkeypatch.setattr(
        Loading, "_last", lambda _: container.sql("ALTER ROLE fruits CREATEDB; GRANT pg_monitor TO fruits")
    )
    with pytest.raises(
        HostError,
        match=r"db: while the dump was loaded, this changed: role fruits \(createdb\), members of pg_monitor \(new\)",
    ):
        restored(container)


DROPS = """
CREATE TABLE gone ();
CREATE FUNCTION drops() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF current_database() <> 'db' THEN DROP TABLE IF EXISTS fruits.gone; END IF; END $$;
CREATE FUNCTION f(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.drops(); RETURN x; END $$;
CREATE TABLE t (x int CHECK (fruits.f(x) > 0)); INSERT INTO t VALUES (1)
"""


def test_what_changes_itself_while_it_is_loaded_is_held_back(container: Container) -> None:
    container.app("fruits", DROPS)
    container.app("notes", "CREATE TABLE t ()")
    assert verdicts(restored(container)) == {"fruits": "what came is not what the dump says", "notes": ""}
    assert container.sql(OWNERS, RESTORED) == [("notes", "notes")]
    assert container.sql(f"SELECT datname FROM pg_database WHERE datname = '{SCHEMA_ONLY}'") == []


def test_a_damaged_dump_is_nobodys_fault(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t AS SELECT md5(n::text) FROM generate_series(1, 3000) n")
    dump = container.dump()
    file = container.runner.tmp / "dump"
    content = bytearray(file.read_bytes())
    content[content.rindex(b"x\x9c") + 600] ^= 0xFF
    file.write_bytes(content)
    create_like_live(container.host, SERVICE, RESTORED)
    with pytest.raises(LoadError, match="the dump is damaged: "):
        load(container.host, SERVICE, dump, RESTORED)


def test_an_extension_that_the_server_lacks_holds_back_who_needs_it(container: Container) -> None:
    container.app("fruits", "CREATE TABLE t ()")
    container.sql(
        "CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC; CREATE EXTENSION vector SCHEMA extensions"
    )
    container.app("notes", "CREATE TABLE t (v extensions.vector)")
    dump = container.dump()
    file = container.runner.tmp / "dump"
    file.write_bytes(
        file.read_bytes().replace(b"CREATE EXTENSION IF NOT EXISTS vector ", b"CREATE EXTENSION IF NOT EXISTS vectox ")
    )
    create_like_live(container.host, SERVICE, RESTORED)
    found = verdicts(load(container.host, SERVICE, dump, RESTORED))
    assert found["fruits"] == ""
    assert found["notes"] == found["extension vector"] != ""
