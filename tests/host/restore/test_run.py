"""Restores by the program's commands, against a real PostgreSQL: what is live afterwards, and what is set aside."""

import shutil
import time
from typing import Any

import pytest

from host.core.errors import HostError
from host.placing.newer_schemas import taken_along
from host.restore.look import LookAtDump
from host.restore.run import PutBack, RunRestore
from host.restore.set_aside import DropSetAside, ListSetAside
from host.scratch.database import RESTORED, create_like_live, drop_scratch
from tests.host.container import SERVICE, Container
from tests.host.scratch.loaded import LOADING_ROLES, MIGHTY, UNQUALIFIED, reader

NAME, DUMP = "c0ffee", "postgres-db-2026-11-22-03-00-01.tgz"
WHOLE = RunRestore(SERVICE, NAME, dump=DUMP)
FRUITS = RunRestore(SERVICE, NAME, dump=DUMP, schema="fruits")
TABLE = "CREATE TABLE t (id serial PRIMARY KEY, name text); INSERT INTO t (name) VALUES ('apple')"
ROWS = "SELECT string_agg(name, ' ' ORDER BY id) FROM t"
DATABASES = "SELECT datname::text FROM pg_database WHERE datname !~ '^(postgres|template.)$' ORDER BY 1"


@pytest.fixture
def live(container: Container) -> Container:
    """The app fruits with an apple in the dump, and a pear since."""
    container.app("fruits", TABLE)
    sent(container)
    container.sql("INSERT INTO t (name) VALUES ('pear')", role="fruits")
    return container


def sent(container: Container) -> None:
    """A dump of what is live now, as `dump upload` leaves it."""
    container.dump(f"petbase_sent.{NAME}")
    shutil.copy(container.runner.tmp / f"petbase_sent.{NAME}", container.runner.tmp / "again")


def again(container: Container) -> None:
    """The same dump once more."""
    shutil.copy(container.runner.tmp / "again", container.runner.tmp / f"petbase_sent.{NAME}")


def listed(container: Container) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = container.run(ListSetAside(SERVICE))["set_aside"]
    return found


def test_long_names_that_begin_alike_are_set_aside_under_two(container: Container) -> None:
    long = "s" * 62
    container.app("fruits", TABLE)
    container.sql("GRANT CREATE ON DATABASE db TO fruits")
    container.sql(f"CREATE SCHEMA {long}1; CREATE SCHEMA {long}2; CREATE TABLE {long}2.t ()", role="fruits")
    sent(container)
    container.sql(f"DROP TABLE {long}2.t", role="fruits")
    done = container.run(FRUITS)
    assert len({*done["old"]}) == 3
    assert container.sql(f"TABLE {long}2.t", role="fruits") == []
    container.run(PutBack(SERVICE, done["old"][0]))
    assert container.value(f"SELECT to_regclass('{long}2.t')") is None


def test_the_whole_database_becomes_the_dumps_and_goes_back(live: Container) -> None:
    live.sql(f"ALTER ROLE fruits IN DATABASE {SERVICE} SET statement_timeout = '7s'")
    done = live.run(WHOLE)
    assert live.sql(f"SHOW statement_timeout; {ROWS}", role="fruits") == [("apple",)]
    (old,) = done["old"]
    assert live.sql(DATABASES, "postgres") == [(SERVICE,), (old,)]
    assert live.value("SHOW statement_timeout", role="fruits") == "7s"
    (one,) = listed(live)
    assert (one["kind"], one["name"], one["of"], one["was_live"], one["dump"]) == ("database", old, SERVICE, True, DUMP)
    assert live.run(PutBack(SERVICE, old))["old"] != [old]
    assert live.value(ROWS, role="fruits") == "apple pear"
    (one,) = listed(live)
    live.run(DropSetAside(SERVICE, one["name"]))
    assert (listed(live), live.sql(DATABASES, "postgres"), live.sql(LOADING_ROLES)) == ([], [(SERVICE,)], [])


def test_apps_that_are_newer_than_the_dump_are_taken_along(live: Container) -> None:
    live.app("young", "CREATE TABLE notes AS SELECT 'mine' AS text")
    reader(live, "young", "fruits")
    live.sql("CREATE VIEW seen AS SELECT name FROM fruits.t; CREATE MATERIALIZED VIEW m AS TABLE seen", role="young")
    live.sql("CREATE TABLE young.baskets (fruit int REFERENCES fruits.t); INSERT INTO young.baskets VALUES (1)")
    live.sql(CAST, role="young")
    done = live.run(WHOLE)
    assert done["kept"] == ["young"]
    assert live.value("SELECT text FROM notes", role="young") == "mine"
    assert live.sql("SELECT name FROM seen", role="young") == [("apple",)]
    assert live.sql("SELECT name FROM m", role="young") == [("apple",)]
    assert live.value("SELECT CAST('{good}'::mood AS text[])", role="young") == ["good"]
    assert live.value("SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock' AND relation IS NOT NULL") == 0


def test_what_keeps_live_data_from_changing_outlasts_the_servers_limits(live: Container) -> None:
    """With a limit for idle transactions its locks would end in the middle, and what is written since would be lost."""
    create_like_live(live.host, SERVICE, RESTORED)
    for limit in ("idle_in_transaction_session_timeout", "transaction_timeout", "statement_timeout"):
        live.sql(f"ALTER DATABASE {SERVICE} SET {limit} = '300ms'")
    live.sql(f"ALTER DATABASE {SERVICE} SET default_transaction_read_only = on")
    with taken_along(live.host, SERVICE, RESTORED) as kept:
        time.sleep(0.5)
        assert live.value(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {kept.holder}", "postgres") == 1
    drop_scratch(live.host, SERVICE, RESTORED)


def test_h2_an_app_that_cannot_be_restored_keeps_what_it_has_and_the_others_come_back(live: Container) -> None:
    """Its live data does not load either, but with the search_path that it has in live."""
    live.app("bad", UNQUALIFIED)
    sent(live)
    live.sql("INSERT INTO colors VALUES ('blue'); INSERT INTO painted VALUES ('blue')", role="bad")
    live.sql("DROP TABLE fruits.t")
    done = live.run(WHOLE)
    failures = [one for one in done["verdicts"] if one["error"]]
    assert [(one["name"], one["error"]) for one in failures] == [("bad", 'relation "colors" does not exist')]
    assert done["kept"] == ["bad"]
    assert live.value(ROWS, role="fruits") == "apple pear"
    assert live.sql("SELECT color FROM painted ORDER BY 1", role="bad") == [("blue",), ("red",)]
    assert live.value("SELECT proconfig IS NULL FROM pg_proc WHERE proname = 'known'") is True
    assert any("bad: cannot be restored (rows of bad.painted): relation" in step for step in live.steps)


def test_a_dump_of_which_nothing_loads_changes_nothing(container: Container) -> None:
    container.app("bad", UNQUALIFIED)
    sent(container)
    with pytest.raises(HostError, match=r'db is as it was: bad: cannot be restored .*relation "colors" does not exist'):
        container.run(WHOLE)
    assert container.sql(DATABASES, "postgres") == [(SERVICE,)]
    assert (container.runner.tmp / f"petbase_sent.{NAME}").exists()


def test_beside_the_live_database_nothing_changes(live: Container) -> None:
    live.run(RunRestore(SERVICE, NAME, dump=DUMP, into="look"))
    assert (live.value(ROWS, role="fruits"), live.value("SELECT name FROM fruits.t", "look")) == ("apple pear", "apple")
    (one,) = listed(live)
    assert (one["name"], one["was_live"], one["of"]) == ("look", False, SERVICE)
    again(live)
    with pytest.raises(HostError, match="db is as it was: there is a database look beside it already"):
        live.run(RunRestore(SERVICE, NAME, dump=DUMP, into="look"))
    live.run(PutBack(SERVICE, "look"))
    assert live.value(ROWS, role="fruits") == "apple"


def test_field_3_all_schemas_of_an_app_come_back_together_and_go_back_together(container: Container) -> None:
    container.app("fruits", TABLE)
    container.sql("CREATE SCHEMA drizzle AUTHORIZATION fruits")
    container.sql("CREATE TABLE drizzle.journal AS SELECT 1 AS migration", role="fruits")
    container.app("notes", "CREATE TABLE t (id int, name text); INSERT INTO t VALUES (1, 'mine')")
    sent(container)
    container.sql("ALTER TABLE t ADD price int; INSERT INTO drizzle.journal VALUES (2)", role="fruits")
    container.sql("COMMENT ON SCHEMA fruits IS 'it''s mine'")
    container.sql("CREATE SCHEMA later AUTHORIZATION fruits; UPDATE notes.t SET name = 'since'")
    done = container.run(FRUITS)
    assert container.sql("SELECT migration FROM drizzle.journal", role="fruits") == [(1,)]
    assert container.sql("SELECT * FROM t", role="fruits") == [(1, "apple")]
    assert container.value("SELECT name FROM notes.t") == "since"
    assert container.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'later'") == 0
    assert len(done["old"]) == 3
    (one,) = listed(container)
    assert (one["of"], one["role"], len(one["parts"])) == ("fruits", "fruits", 3)
    closed = "SELECT nspowner::regrole::text, has_schema_privilege('fruits', oid, 'USAGE') FROM pg_namespace"
    assert container.sql(f"{closed} WHERE nspname = '{one['name']}'") == [("postgres", False)]
    container.run(PutBack(SERVICE, done["old"][0]))
    assert container.sql("SELECT migration FROM drizzle.journal ORDER BY 1", role="fruits") == [(1,), (2,)]
    assert container.sql("SELECT * FROM t", role="fruits") == [(1, "apple", None)]
    assert container.value("SELECT obj_description('fruits'::regnamespace)") == "it's mine"
    (one,) = listed(container)
    assert len(one["parts"]) == 2
    container.run(DropSetAside(SERVICE, one["parts"][1]))
    assert listed(container) == []


CAST = "CREATE TYPE mood AS ENUM ('{good}'); CREATE CAST (mood AS text[]) WITH INOUT"


def test_an_app_is_restored_again_from_a_dump_that_holds_what_was_set_aside(live: Container) -> None:
    """Its role owns the old tables still, and may have made something in another app's schema."""
    live.app("notes", "GRANT ALL ON SCHEMA notes TO fruits; CREATE TYPE mood AS ENUM ('good')")
    live.sql(f"CREATE TABLE notes.of_fruits (); {CAST}", role="fruits")
    live.run(FRUITS)
    live.sql(f"{CAST}; COMMENT ON CAST (mood AS text[]) IS 'moods'", role="fruits")
    sent(live)
    live.sql("DELETE FROM t", role="fruits")
    live.run(FRUITS)
    assert live.value(ROWS, role="fruits") == "apple"
    assert (
        live.value(
            "SELECT obj_description(oid, 'pg_cast') FROM pg_cast WHERE castsource = 'mood'::regtype", role="fruits"
        )
        == "moods"
    )
    assert len(listed(live)) == 2


GUARDED = """; CREATE VIEW v AS TABLE t;
INSERT INTO t (name) VALUES ('plum'); CREATE POLICY p ON t USING (name = 'apple');
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE MATERIALIZED VIEW m AS SELECT name FROM t
"""


def test_an_old_name_becomes_the_apps_new_one_and_its_policies_fill_its_views_as_before(container: Container) -> None:
    container.app("fruits", TABLE + GUARDED)
    container.sql(CAST, role="fruits")
    sent(container)
    container.sql("DROP SCHEMA fruits CASCADE")
    container.app("plums")
    container.run(RunRestore(SERVICE, NAME, dump=DUMP, schema="plums", was="fruits"))
    assert container.sql("SELECT current_user::text, name FROM v", role="plums") == [("plums", "apple")]
    assert container.sql("SELECT name FROM m", role="plums") == [("apple",)]
    assert container.value("SELECT count(*) FROM plums.t") == 2
    assert container.value("SELECT CAST('{good}'::mood AS text[])", role="plums") == ["good"]


CHECKED = """
CREATE FUNCTION rises() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  BEGIN EXECUTE 'ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'RESET ROLE; RESET SESSION AUTHORIZATION; ALTER ROLE fruits SUPERUSER'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'INSERT INTO fruits.stolen SELECT body FROM notes.notes'; EXCEPTION WHEN OTHERS THEN END;
  BEGIN EXECUTE 'UPDATE notes.notes SET body = 7'; EXCEPTION WHEN OTHERS THEN END; RETURN 1; END $$;
CREATE TABLE stolen (x int);
CREATE FUNCTION chk(x int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.rises(); RETURN true; END $$;
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM fruits.rises(); RETURN NULL; END $$;
CREATE FUNCTION fine(x int) RETURNS bool IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN PERFORM fruits.rises(); RETURN true; END $$;
CREATE TABLE t (x int, y int CHECK (fruits.chk(y)));
CREATE TABLE u (x int); CREATE CONSTRAINT TRIGGER later AFTER INSERT ON u DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION fires();
CREATE INDEX ON t (x) WHERE fruits.fine(x);
"""


def test_c4_rows_of_one_app_load_into_the_live_database_with_its_own_rights(container: Container) -> None:
    container.app("notes", "CREATE TABLE notes AS SELECT 1 AS body")
    container.app("fruits")
    container.sql(CHECKED, role="fruits")
    container.sql("INSERT INTO t VALUES (1, 1)", role="fruits")
    sent(container)
    container.sql("DELETE FROM fruits.t")
    container.run(FRUITS)
    assert container.sql(MIGHTY) == []
    assert container.sql("SELECT x FROM fruits.t") == [(1,)]
    assert container.sql("SELECT body FROM notes.notes") == [(1,)]
    assert container.sql("SELECT x FROM fruits.stolen") == []
    assert container.sql(LOADING_ROLES) == []


def test_field_6_a_range_and_its_multirange_come_back(container: Container) -> None:
    container.app("fruits", "CREATE TYPE hours AS RANGE (subtype = time); CREATE TABLE t (id int, name hours)")
    sent(container)
    container.run(FRUITS)
    container.run(DropSetAside(SERVICE, container.run(ListSetAside(SERVICE))["set_aside"][0]["name"]))
    container.sql("INSERT INTO t VALUES (1, '[09:00,17:00)')", role="fruits")


def test_what_depends_on_an_app_from_outside_stops_its_restore(live: Container) -> None:
    live.sql(
        "CREATE SCHEMA shop; CREATE VIEW shop.v AS TABLE fruits.t;"
        "CREATE TABLE shop.baskets (fruit int REFERENCES fruits.t)"
    )
    with pytest.raises(
        HostError, match=r"db is as it was: something outside the schema fruits depends on it: .*view shop.v"
    ):
        live.run(FRUITS)
    assert live.value(ROWS, role="fruits") == "apple pear"


def test_what_the_app_could_not_make_itself_is_named_before_anything_changes(live: Container) -> None:
    live.sql(
        "CREATE OPERATOR CLASS fruits.ints FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)"
    )
    sent(live)
    with pytest.raises(
        HostError, match=r"fruits cannot be restored alone, since these are not its own: operator family fruits.ints"
    ):
        live.run(FRUITS)
    assert live.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE '% before %'") == []


def test_another_apps_data_that_does_not_restore_does_not_matter(live: Container) -> None:
    live.app("bad", UNQUALIFIED)
    sent(live)
    live.sql("DELETE FROM fruits.t")
    live.run(FRUITS)
    assert live.value(ROWS, role="fruits") == "apple pear"


def test_an_app_that_cannot_be_restored_alone_says_why(live: Container) -> None:
    live.app("bad", UNQUALIFIED)
    sent(live)
    with pytest.raises(HostError, match=r"db is as it was: bad: cannot be restored .*colors.*ALTER FUNCTION bad.known"):
        live.run(RunRestore(SERVICE, NAME, dump=DUMP, schema="bad"))


def test_what_is_in_a_dump(live: Container) -> None:
    live.sql("CREATE SCHEMA extensions; CREATE TABLE public.plain ()")
    sent(live)
    found = live.run(LookAtDump(SERVICE, NAME))
    assert (found["server"], found["schemas"]) == ("18.4", ["fruits", "public"])


def test_a_newer_majors_dump_is_refused(live: Container) -> None:
    file = live.runner.tmp / f"petbase_sent.{NAME}"
    file.write_bytes(file.read_bytes().replace(b"18.4", b"19.0"))
    with pytest.raises(HostError) as caught:
        live.run(LookAtDump(SERVICE, NAME))
    assert str(caught.value).startswith(
        "the dump is of PostgreSQL 19 and db runs 18, which cannot take it; nothing was changed. To restore it, "
    )
    assert caught.value.cause == "refused"


def test_a_disk_without_room_is_refused_before_anything_is_made(
    live: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("host.restore.look._free", lambda _: 1_000_000)
    with pytest.raises(HostError, match=r"^the server's disk has 1 MB free and a restore needs about \d+ MB beside"):
        live.run(WHOLE)
    assert live.sql(DATABASES, "postgres") == [(SERVICE,)]


def test_a_dump_that_is_gone_and_one_that_is_none(live: Container) -> None:
    file = live.runner.tmp / f"petbase_sent.{NAME}"
    for content, said in (
        (None, "the dump is not on the server any more; nothing was changed. Run the same command again"),
        (b"-- text", "the server's PostgreSQL cannot read this dump; nothing was changed"),
    ):
        file.unlink(missing_ok=True)
        if content:
            file.write_bytes(content)
        with pytest.raises(HostError) as caught:
            live.run(WHOLE)
        assert str(caught.value) == said
