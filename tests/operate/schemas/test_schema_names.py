"""Schemas of apps whose names mean something in SQL, begin with a digit, hold dots, or are as long as a name may be."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from host.app.ensure import EnsureApp
from host.link.drop_data import DropData
from tests.faults.support import nouns
from tests.faults.support.bench import Bench
from tests.support.hosts.estate import Estate
from tests.support.operate import Petbase

# Long; tests/components/config/test_reserved_names.py and the other tests of schemas are in every run.
pytestmark = pytest.mark.soak

LONG, LONGER = "a" * 63, "a" * 62 + "b"
"""63 bytes, where PostgreSQL's names end; two that differ in the last one only."""
NAMES = ["my-app", "9.lives", "user", "select", "table", "order", "group", LONG, LONGER]
each = pytest.mark.parametrize("name", NAMES, ids=lambda name: name if len(name) < 63 else f"long-{name[-1]}")


@pytest.fixture(scope="module")
def bench(made_estate: Estate) -> Iterator[Bench]:
    """The host, with an app of each name, which made a table by its bare name. Without them afterwards."""
    bench = Bench(made_estate.host, "test")
    for name in NAMES:
        bench.done(EnsureApp(name, domain=(f"{name}.localhost",)))
        bench.done(nouns.link(name))
        ask(bench, name, "CREATE TABLE things (id serial PRIMARY KEY, name text)")
        ask(bench, name, "CREATE VIEW names AS SELECT name FROM things")
        ask(bench, name, f"INSERT INTO things (name) VALUES ('{name}')")
    yield bench
    there = bench.root("dokku --quiet apps:list").split()
    for name in NAMES:
        if name in there:
            _leave(bench, name)
        if owned(bench, name):
            bench.done(DropData(name, service="db"))


def _leave(bench: Bench, name: str) -> None:
    for noun in (nouns.link(name), nouns.app(name)):
        bench.done(nouns.gone(noun))


def ask(bench: Bench, app: str, text: str) -> list[tuple[object, ...]]:
    with bench.database(bench.env(app)["DATABASE_URL"]) as session:
        done = session.execute(text.encode())
        return done.fetchall() if done.description else []


def owned(bench: Bench, name: str) -> list[tuple[object, ...]]:
    """What lies in the schema of that name, and whose it is; the schema's own owner first."""
    query = """SELECT 'schema', nspowner::regrole::text FROM pg_namespace WHERE nspname = %s UNION ALL
      SELECT relname, relowner::regrole::text FROM pg_class WHERE relkind <> 'i' AND relnamespace = (
        SELECT oid FROM pg_namespace WHERE nspname = %s) ORDER BY 1"""
    with bench.database() as session:
        return session.execute(query, [name, name]).fetchall()


def of(bench: Bench, name: str) -> list[tuple[object, ...]]:
    with bench.database() as session:
        (role,) = session.execute("SELECT quote_ident(%s)", [name]).fetchone() or ("",)
    return [(thing, role) for thing in ("names", "schema", "things", "things_id_seq")]


@each
def test_a_table_by_its_bare_name_is_the_apps_own(bench: Bench, name: str) -> None:
    assert ask(bench, name, "SELECT current_user::text, current_schema()::text, name FROM things") == [
        (name, name, name)
    ]
    assert owned(bench, name) == of(bench, name)
    assert bench.state(f"apps/{name}/owner") == {"how": "made", "stack": "test"}


@each
def test_the_next_ones_table_is_refused(bench: Bench, name: str) -> None:
    other = NAMES[NAMES.index(name) - 1]
    for text in (f'SELECT name FROM "{other}".things', f'CREATE TABLE "{other}".mine (name text)'):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=f"^permission denied for schema {other}\n"):
            ask(bench, name, text)


@pytest.mark.parametrize("name", ["my-app", "user", LONG], ids=["my-app", "user", "long"])
def test_a_second_run_of_everything_changes_nothing(bench: Bench, name: str) -> None:
    before = (bench.env(name), owned(bench, name), bench.state(f"apps/{name}/links/db"))
    assert bench.done(EnsureApp(name, domain=(f"{name}.localhost",))) == ""
    said = bench.done(nouns.link(name))
    assert said == f"{name}: linked to db, access schema\n"
    assert (bench.env(name), owned(bench, name), bench.state(f"apps/{name}/links/db")) == before


@pytest.mark.usefixtures("estate")
def test_all_are_in_the_dump_and_each_has_its_own_again(petbase: Petbase, bench: Bench) -> None:
    key = json.loads(petbase("backup", "--json").out)["key"]
    for name in NAMES:
        ask(bench, name, "DROP TABLE things CASCADE")
    assert petbase("restore", "--key", key, "--yes", "--no-safety-dump").code == 0
    for name in NAMES:
        assert owned(bench, name) == of(bench, name)
        assert ask(bench, name, "INSERT INTO things (name) VALUES ('new') RETURNING id") == [(2,)]
        assert ask(bench, name, "SELECT name FROM names ORDER BY name = 'new'") == [(name,), ("new",)]


@pytest.fixture(scope="module")
def left(bench: Bench) -> Bench:
    for name in NAMES:
        _leave(bench, name)
    return bench


@pytest.mark.usefixtures("estate", "left")
def test_what_stayed_is_listed(petbase: Petbase) -> None:
    kept = {one["name"]: one["tables"] for one in json.loads(petbase("kept", "--json").out)["kept"]}
    assert kept == dict.fromkeys(NAMES, 1)


@each
@pytest.mark.usefixtures("estate")
def test_one_is_dropped_and_the_next_stays(petbase: Petbase, left: Bench, name: str) -> None:
    after = NAMES[NAMES.index(name) + 1 :][:1]
    ran = petbase("drop-data", name, "--yes", "--i-know", name, "--no-safety-dump")
    assert (ran.code, ran.out) == (0, f"The data of {name} is gone.\n")
    assert owned(left, name) == []
    assert [owned(left, other) for other in after] == [of(left, other) for other in after]
