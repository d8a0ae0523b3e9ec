"""A load that does not end by itself, or takes the server's disk or memory, is ended; only its app is held back."""

from contextlib import ExitStack, suppress

import psycopg
import pytest

from host.core.errors import HostError
from host.loading import guard
from host.loading.guard import patience
from host.loading.verdict import LoadError
from host.restore.run import RunRestore
from tests.host.container import SERVICE, Container
from tests.host.scratch.loaded import LOADING_ROLES, ROLES, restored, verdicts

NAME = "c0ffee"
LATE = "it was not loaded in time, so something in it may never end (0 minutes)"
# It takes what ends a statement for nothing, and PostgreSQL's limits of time away.
_ENDLESS = """
CREATE FUNCTION waits(x int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  WHILE {when} LOOP
    BEGIN
      PERFORM set_config('statement_timeout', '0', false), pg_sleep(1);
    EXCEPTION WHEN query_canceled THEN
    END;
  END LOOP;
  RETURN x;
END $$;
CREATE TABLE late (x int);
INSERT INTO late VALUES (1);
"""
_LOADS = "session_user LIKE 'petbase load _ of %'"
PLACES = {
    "check": (_LOADS, "ALTER TABLE late ADD CHECK (waits(x) > 0)"),
    "generated column": (_LOADS, "ALTER TABLE late ADD y int GENERATED ALWAYS AS (waits(x)) STORED"),
    "index": (_LOADS, "CREATE INDEX ON late (waits(x))"),
    "materialized view": (_LOADS, "CREATE MATERIALIZED VIEW v AS SELECT waits(x) FROM late"),
    "statistics": (f"{_LOADS} AND current_query() LIKE '%ANALYZE'", "CREATE INDEX ON late (waits(x))"),
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_LEAST_SECONDS", 1)
    monkeypatch.setattr(guard, "_PAUSE_SECONDS", 0.05)


def _hides(container: Container, when: str, sql: str) -> None:
    container.app("fruits", _ENDLESS.replace("{when}", when) + sql.replace("waits", "fruits.waits"))
    container.app("notes", "CREATE TABLE notes (body text); INSERT INTO notes VALUES ('milk')")


@pytest.mark.parametrize(
    "place", [pytest.param(one, marks=() if one in ("check", "statistics") else pytest.mark.soak) for one in PLACES]
)
def test_what_never_ends_holds_back_its_app_only(container: Container, place: str) -> None:
    _hides(container, *PLACES[place])
    found = restored(container)
    assert verdicts(found) == {"fruits": LATE, "notes": ""}
    assert container.sql("SELECT body FROM notes.notes", "petbase_restore") == [("milk",)]
    assert container.sql("SELECT count(*) FROM pg_class WHERE relname = 'late'", "petbase_restore") == [(0,)]
    assert container.sql(LOADING_ROLES) == []


def test_an_exchange_that_never_ends_changes_nothing(container: Container) -> None:
    """It waits when its data is in the throw-away database, and comes into the live one."""
    _hides(container, "session_user = 'petbase load of an app'", PLACES["check"][1])
    container.dump(f"petbase_sent.{NAME}")
    before = container.sql(ROLES)
    with pytest.raises(HostError) as caught:
        container.run(RunRestore(SERVICE, NAME, dump="x.tgz", schema="fruits"))
    assert str(caught.value) == (
        "db is as it was: it cannot be put in place: it was not loaded in time, so something in it may never end. "
        "First mend that, or choose another dump: ./petbase backups"
    )
    assert container.sql("SELECT x FROM fruits.late") == [(1,)]
    assert container.sql(ROLES) == before


def test_a_disk_that_fills_up_ends_the_whole_load(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    _hides(container, *PLACES["index"])
    monkeypatch.setattr(guard, "_LEFT_BYTES", 1 << 62)
    with pytest.raises(LoadError, match="the disk of the server is full"):
        restored(container)


def test_an_app_that_takes_the_memory_is_held_back(container: Container) -> None:
    _hides(container, *PLACES["index"])
    meminfo = container.host.path("/proc/meminfo")
    meminfo.parent.mkdir()
    meminfo.write_text("MemTotal: 100 kB\nMemAvailable: 3 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
    assert verdicts(restored(container))["fruits"] == guard.Why.MEMORY.value


def test_apps_that_take_all_connections_have_no_others_data_held_back(container: Container) -> None:
    """It is not the fault of the data that a loading role cannot log in."""
    container.app("fruits", "CREATE TABLE t ()")
    server = container.server
    where = f"host={server.sockets} port={server.port} user=fruits dbname={SERVICE}"
    with ExitStack() as sessions:
        with suppress(psycopg.OperationalError):
            while True:
                sessions.enter_context(psycopg.connect(where))
        with pytest.raises(LoadError, match=r"all connections of db are in use, \d+ of them by fruits\. Run the same"):
            restored(container)
    assert verdicts(restored(container)) == {"fruits": ""}


def test_a_load_that_ends_is_none_of_its_business(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_LEAST_SECONDS", 600)
    _hides(container, "false", PLACES["check"][1])
    assert verdicts(restored(container)) == {"fruits": "", "notes": ""}


def test_a_big_dump_may_take_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert [patience(size) for size in (0, 451_200_000, 10_000_000_000)] == [3600, 5404, 43600]
