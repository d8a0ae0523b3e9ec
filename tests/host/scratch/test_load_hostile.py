"""What tenants leave in wait for a load: it runs as the tenant and finds no other tenant's things."""

import pytest

from host.core.errors import HostError
from host.loading.course import Loading
from host.scratch.database import DRILLED, RESTORED, SCHEMA_ONLY, drop_scratch
from host.scratch.load import FOR_A_LOOK, WHOLE
from tests.faults.support import hostile
from tests.host.container import SERVICE, Container
from tests.host.scratch.loaded import LOADING_ROLES, MIGHTY, OWNERS, ROLES, reader, restored, verdicts

RISES = """
CREATE FUNCTION rises() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'CREATE ROLE backdoor SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'RESET SESSION AUTHORIZATION; ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'GRANT pg_execute_server_program TO fruits'; EXCEPTION WHEN OTHERS THEN END;
  RETURN 1; END $$;
CREATE FUNCTION wrap(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.rises(); RETURN x; END $$;
CREATE TABLE t (id int, g int GENERATED ALWAYS AS (fruits.wrap(1)) STORED);
CREATE TABLE p (k int) PARTITION BY RANGE (fruits.wrap(k));
"""


def test_all_that_a_dump_can_hold_comes_and_what_lies_in_wait_gets_nowhere(container: Container) -> None:
    container.sql(hostile.BY_THE_SUPERUSER)
    container.sql(f"GRANT CONNECT ON DATABASE {SERVICE} TO evil")
    container.sql(hostile.BY_THE_APP, role="evil")
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.value("SELECT count(*) FROM evil.t", RESTORED) == 1
    assert container.sql("SELECT evtname::text, evtenabled FROM pg_event_trigger", RESTORED) == [("noted", "O")]
    assert container.sql(MIGHTY) == []


def test_c1_a_constant_in_a_generated_column_makes_no_role_a_superuser(container: Container) -> None:
    container.app("fruits", RISES)
    for scope, into in ((WHOLE, RESTORED), (FOR_A_LOOK, DRILLED)):
        assert verdicts(restored(container, scope, into)) == {"fruits": ""}
        assert (
            container.sql(MIGHTY),
            container.sql("SELECT 1 FROM pg_auth_members WHERE member = 'fruits'::regrole"),
        ) == ([], [])
    drop_scratch(container.host, SERVICE, DRILLED)
    assert container.sql(LOADING_ROLES) == []


COPIES = """
CREATE TABLE stolen (what text);
CREATE FUNCTION steals(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'INSERT INTO fruits.stolen SELECT body FROM notes.notes'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'UPDATE notes.notes SET body = ''mine'''; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'CREATE VIEW fruits.v AS SELECT * FROM notes.notes'; EXCEPTION WHEN OTHERS THEN END; RETURN x; END $$;
CREATE FUNCTION ix(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.steals(x); RETURN x; END $$;
CREATE TABLE t (x int CHECK (fruits.ix(x) > 0)); INSERT INTO t VALUES (1); CREATE INDEX ON t (fruits.ix(x));
CREATE MATERIALIZED VIEW m AS SELECT fruits.ix(x) FROM t;
"""


@pytest.mark.parametrize("names", [("fruits", "notes"), ("notes", "fruits")])
def test_c3_while_one_apps_rows_come_no_others_are_seen_or_changed(
    container: Container, names: tuple[str, ...]
) -> None:
    own = {"fruits": COPIES, "notes": "CREATE TABLE notes (body text); INSERT INTO notes VALUES ('secret')"}
    for name in names:
        container.app(name, own[name])
    container.sql("TRUNCATE fruits.stolen")
    assert set(verdicts(restored(container)).values()) == {""}
    assert container.value("SELECT count(*) FROM fruits.stolen", RESTORED) == 0
    assert container.sql("SELECT body FROM notes.notes", RESTORED) == [("secret",)]


SNEAKS = """
CREATE TABLE stolen (what text);
CREATE FUNCTION sneaks() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'INSERT INTO notes.stolen SELECT fruits.all_of_it()'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'INSERT INTO notes.stolen SELECT name FROM fruits.t'; EXCEPTION WHEN OTHERS THEN END; END $$;
CREATE FUNCTION sneak(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql
  AS $$ BEGIN PERFORM notes.sneaks(); RETURN x; END $$;
CREATE TABLE old AS TABLE fruits.t;
CREATE INDEX ON old (notes.sneak(id)); CREATE INDEX ON old (fruits.plain(id), notes.sneak(id));
CREATE INDEX ON old ((notes.sneak(1)));
CREATE VIEW v AS SELECT name FROM fruits.t;
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
    reader(container, "notes", "fruits")
    container.sql(SNEAKS, role="notes")
    container.sql('REVOKE "fruits readers" FROM notes; TRUNCATE notes.stolen')
    assert verdicts(restored(container)) == {"fruits": "", "notes": ""}
    assert container.sql("SELECT what FROM notes.stolen", RESTORED) == []
    container.sql("GRANT USAGE ON SCHEMA fruits TO notes", RESTORED)
    assert container.value("SELECT has_function_privilege('notes', 'fruits.all_of_it()', 'EXECUTE')", RESTORED) is True


def test_m2_no_role_is_made_from_what_an_error_says(container: Container) -> None:
    raises = """
    CREATE FUNCTION no(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
      IF current_database() <> 'db' THEN RAISE 'role "x4711" does not exist'; END IF; RETURN x; END $$;
    CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE INDEX ON t (no(x));
    """
    container.app("fruits", raises)
    assert verdicts(restored(container)) == {"fruits": 'role "x4711" does not exist'}
    assert container.sql(ROLES) == [("fruits",)]


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


def test_an_error_with_control_characters_is_printable(container: Container) -> None:
    raises = """
    CREATE FUNCTION no(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
      IF current_database() <> 'db' THEN RAISE E'\\x1b[31mred\\n'; END IF; RETURN x; END $$;
    CREATE TABLE t (x int); INSERT INTO t VALUES (1); CREATE INDEX ON t (no(x));
    """
    container.app("fruits", raises)
    assert verdicts(restored(container)) == {"fruits": "?[31mred"}


def test_roles_that_changed_meanwhile_stop_it(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    container.app("fruits", "CREATE TABLE t ()")
    changes = "ALTER ROLE fruits CREATEDB; GRANT pg_monitor TO fruits; CREATE ROLE backdoor"
    monkeypatch.setattr(Loading, "_last", lambda _: container.sql(changes))
    with pytest.raises(HostError) as caught:
        restored(container)
    assert str(caught.value).startswith(
        "db: while the dump was loaded, this changed: role backdoor (new), role fruits (createdb), members of "
        "pg_monitor (new). Unless someone you know did it, "
    )


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
