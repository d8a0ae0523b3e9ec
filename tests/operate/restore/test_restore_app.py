"""One app's schema back, a dump beside the live database, and what was put aside back again: on real PostgreSQL."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from host.app.ensure import EnsureApp
from host.link.drop_data import DropData
from tests.faults.support import nouns
from tests.faults.support.bench import Bench
from tests.support.hosts.app_files import PASSPHRASE, SHARED, UPLOADS, Files
from tests.support.hosts.estate import ROWS, Estate
from tests.support.operate import Petbase, Pulumi

STACK = "petbase/test"
QUICK = ["--yes", "--no-safety-dump"]
DATED = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def kept(petbase: Petbase) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(petbase("kept", "--json").out)["aside"]
    return found


def restored(petbase: Petbase, *words: str) -> dict[str, str]:
    ran = petbase("restore", *words, *QUICK, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, str] = json.loads(ran.out)
    return found


def test_an_apps_schema_comes_back_and_the_others_stay_as_they_are(petbase: Petbase, estate: Estate, dump: str) -> None:
    estate.sql("INSERT INTO fruits.fruits (name) VALUES ('damson');")
    estate.as_app("shop", "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1);")
    ran = petbase("restore", "--key", dump, "--app", "fruits", *QUICK)
    assert (ran.code, ran.out) == (0, f"db holds {dump} again: fruits.\n")
    assert "schema   fruits; the other schemas stay\n" in ran.err
    assert "orders" not in ran.err
    assert estate.as_app("fruits", ROWS) == "apple banana"
    assert estate.as_app("fruits", "INSERT INTO fruits (name) VALUES ('elder') RETURNING id;") == "3"
    assert estate.as_app("shop", "SELECT id FROM orders;") == "1"
    (one,) = kept(petbase)
    assert re.fullmatch(f"fruits before {DATED}", str(one["name"]))
    assert (one["kind"], one["of"], one["was_live"], one["dump"]) == ("schema", "fruits", True, dump)


@pytest.mark.soak
def test_old_data_that_was_put_aside_is_no_apps_to_open(petbase: Petbase, estate: Estate, dump: str) -> None:
    schema = restored(petbase, "--key", dump, "--app", "fruits")["old"]
    database = restored(petbase, "--key", dump)["old"]
    bench = Bench(estate.host, "test")
    url = bench.env("fruits")["DATABASE_URL"]
    with bench.database(url) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(f'SELECT * FROM "{schema}".fruits'.encode())
    with (
        pytest.raises(psycopg.OperationalError, match="permission denied for database"),
        bench.database(url.replace("5432/db", "5432/" + database.replace(" ", "%20"))),
    ):
        pass


@pytest.mark.soak
def test_what_else_depends_on_the_schema_stops_it(petbase: Petbase, estate: Estate, dump: str) -> None:
    """A view, a foreign key, a column of its type: they would stay with the old data."""
    estate.sql(
        "CREATE TYPE fruits.mood AS ENUM ('ripe'); CREATE TABLE shop.baskets (fruit int REFERENCES fruits.fruits, "
        "of fruits.mood); CREATE VIEW shop.names AS SELECT name FROM fruits.fruits;"
    )
    estate.sql("INSERT INTO fruits.fruits (name) VALUES ('damson');")
    ran = petbase("restore", "--key", dump, "--app", "fruits", *QUICK)
    assert ran.code == 1
    assert "db is as it was: something outside the schema fruits depends on it: " in ran.err
    for what in ("column of of table shop.baskets", "baskets_fruit_fkey on table shop.baskets", "view shop.names"):
        assert what in ran.err
    assert ran.err.endswith(f"To repeat it: ./petbase restore --stack test --key {dump} --app fruits\n")
    assert (estate.sql(ROWS), kept(petbase)) == ("apple banana damson", [])


@pytest.mark.soak
def test_a_dump_of_before_a_renaming_says_how(petbase: Petbase, estate: Estate, dump: str, pulumi: Pulumi) -> None:
    bench, apps = Bench(estate.host, "test"), estate.outputs["apps"]
    renamed = {"plums": {**apps["fruits"], "schema": "plums", "role": "plums"}}
    pulumi.stack("test", {**estate.outputs, "apps": {**apps, **renamed}})
    bench.done(EnsureApp("plums", domain=("plums.localhost",)))
    bench.done(nouns.link("plums"))
    try:
        ran = petbase("restore", "--key", dump, "--app", "plums", *QUICK)
        assert (ran.code, ran.err.splitlines()[-1]) == (
            2,
            f"petbase: The dump {dump} holds no schema plums; it holds: fruits, shop. If the app had another name "
            "then: --app plums --was NAME",
        )
        assert petbase("restore", "--key", dump, "--app", "plums", "--was", "fruits", *QUICK).code == 0
        with bench.database(bench.env("plums")["DATABASE_URL"]) as session:
            assert session.execute("SELECT current_user, count(*) FROM fruits").fetchall() == [("plums", 2)]
            session.execute("INSERT INTO fruits (name) VALUES ('cherry')")
        assert estate.sql(ROWS) == "apple banana"
    finally:
        gone = [nouns.gone(nouns.link("plums")), nouns.gone(nouns.app("plums")), DropData("plums", service="db")]
        for command in gone:
            bench.done(command)
        pulumi.stack("test", estate.outputs)


@pytest.mark.soak
def test_a_dump_beside_the_live_database_changes_nothing_and_can_take_its_place(
    petbase: Petbase, estate: Estate, dump: str
) -> None:
    estate.sql("INSERT INTO fruits.fruits (name) VALUES ('damson');")
    ran = petbase("restore", "--key", dump, "--into", "look")
    assert (ran.code, ran.out) == (0, f"The database look beside db holds {dump}.\n")
    assert estate.sql(ROWS) == "apple banana damson"
    (one,) = kept(petbase)
    assert (one["name"], one["kind"], one["of"], one["was_live"]) == ("look", "database", "db", False)
    ran = petbase("restore", "--key", dump, "--into", "look")
    assert (ran.code, "db is as it was: there is a database look beside it already." in ran.err) == (1, True)
    assert petbase("restore", "--kept", "look", *QUICK).code == 0
    assert estate.as_app("fruits", ROWS) == "apple banana"
    assert [one["of"] for one in kept(petbase)] == ["db"]


def test_the_live_database_is_no_place_beside_it(petbase: Petbase, estate: Estate) -> None:
    ran = petbase("restore", "--into", "db")
    assert (ran.code, ran.err) == (
        2,
        "petbase: db is the live database; without --into it is replaced, and asks before.\n",
    )
    assert estate.sql(ROWS) == "apple banana"


@pytest.mark.usefixtures("estate")
def test_what_no_restore_put_aside_is_not_brought_back(petbase: Petbase) -> None:
    ran = petbase("restore", "--kept", "postgres", *QUICK)
    assert (ran.code, ran.err) == (2, 'petbase: No restore put "postgres" aside; there is: nothing.\n')


@pytest.mark.soak
def test_what_was_put_aside_goes_by_its_typed_name_only(petbase: Petbase, estate: Estate, dump: str) -> None:
    schema = restored(petbase, "--key", dump, "--app", "fruits")["old"]
    database = restored(petbase, "--key", dump)["old"]
    ran = petbase("kept")
    for name, kind in ((schema, "schema"), (database, "database")):
        assert re.search(rf"^{name} +{kind} +\d+\.\d [kM]B +\d+ seconds? *$", ran.out, re.MULTILINE)
    for name in (database, schema):
        ran = petbase("drop-data", name, "--yes", "--no-safety-dump")
        assert (ran.code, ran.err) == (
            2,
            f"petbase: --yes drops data without a question, so it needs the name again: --i-know '{name}'\n",
        )
        ran = petbase("drop-data", name, "--yes", "--i-know", name)
        assert (ran.code, ran.out) == (0, f"The data of {name} is gone.\n"), ran.err
        assert ("No dump holds it" in ran.err) == (name == database)
        assert ("safety dump" in ran.err) == (name == schema)
    assert kept(petbase) == []
    assert estate.as_app("fruits", ROWS) == "apple banana"


@pytest.fixture
def reader(estate: Estate) -> Iterator[str]:
    """The app shop reads fruits, has limits and an extension; its URL."""
    bench = Bench(estate.host, "test")
    bench.done(nouns.link("shop", reads=("fruits",), extension=("vector",), statement_timeout="7s", connections=9))
    yield bench.env("shop")["DATABASE_URL"]
    bench.done(nouns.link("shop"))


@pytest.mark.parametrize("scope", [[], ["--app", "fruits"], ["--app", "shop"]])
@pytest.mark.soak
def test_rights_settings_and_extensions_are_as_before(
    petbase: Petbase, estate: Estate, reader: str, scope: list[str]
) -> None:
    """Of the database (CONNECT, each role's settings) and in it; the old DATABASE_URL goes on."""
    bench = Bench(estate.host, "test")
    estate.as_app("shop", "CREATE TABLE points (at extensions.vector(2)); INSERT INTO points VALUES ('[1,2]');")
    petbase("backup")
    estate.sql("TRUNCATE shop.points;")
    assert petbase("restore", *scope, *QUICK).code == 0
    with bench.database(reader) as session:
        assert session.execute("SHOW search_path").fetchone() == ("shop, extensions",)
        assert session.execute("SHOW statement_timeout").fetchone() == ("7s",)
        assert session.execute("SELECT name FROM fruits.fruits ORDER BY 1").fetchall() == [("apple",), ("banana",)]
        assert session.execute("SELECT '[1,2]'::vector IS NOT NULL, (SELECT count(*) FROM points)").fetchone() == (
            True,
            0 if scope == ["--app", "fruits"] else 1,
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("INSERT INTO fruits.fruits (name) VALUES ('mine')")
    estate.as_app("fruits", "CREATE TABLE later AS SELECT 'pear' AS name;")
    with bench.database(reader) as session:
        assert session.execute("SELECT name FROM fruits.later").fetchone() == ("pear",)
    stranger = reader.replace("shop:", "stranger:")
    estate.sql("CREATE ROLE stranger LOGIN PASSWORD '" + reader.split(":")[2].partition("@")[0] + "';")
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"), bench.database(stranger):
            pass
    finally:
        estate.sql("DROP ROLE stranger;")


@pytest.mark.soak
@pytest.mark.parametrize("scope", [[], pytest.param(["--app", "fruits"], marks=pytest.mark.soak)])
def test_open_sessions_end_and_the_next_ones_find_the_restored_data(
    petbase: Petbase, estate: Estate, dump: str, scope: list[str]
) -> None:
    bench = Bench(estate.host, "test")
    url = bench.env("fruits")["DATABASE_URL"]
    with bench.database(url) as session:
        session.execute("BEGIN; INSERT INTO fruits (name) VALUES ('half')")
        assert petbase("restore", "--key", dump, *scope, *QUICK).code == 0
        with pytest.raises(psycopg.errors.AdminShutdown):
            session.execute("COMMIT")
    with bench.database(url) as session:
        assert session.execute("SELECT string_agg(name, ' ' ORDER BY id) FROM fruits").fetchone() == ("apple banana",)


def test_a_file_that_was_deleted_comes_back(petbase: Petbase, files: Files) -> None:
    """Backed up and restored by the commands that a person types."""
    ran = petbase("backup", "--files")
    assert ran.code == 0, ran.err
    files.path(f"{UPLOADS}/photo").unlink()
    files.path(f"{UPLOADS}/worm").write_text("worm")
    ran = petbase("restore", "--app", "fruits", "--files", "--yes", "--json")
    assert ran.code == 0, ran.err
    (found,) = json.loads(ran.out)["folders"]
    there = {one.name: one.read_text() for one in files.path(UPLOADS).iterdir()}
    assert there == {"photo": "apple"}
    assert files.path(f"{found['aside']}/worm").read_text() == "worm"
    assert files.path(f"{SHARED}/photo").read_text() == "pear"
    root = files.estate.host.machine.root
    places = [root / "etc/cron.d", root / "var/lib/petbase", root / "run", root / "var/cache"]
    holding = [file for place in places for file in place.rglob("*") if file.is_file() and _holds(file)]
    assert [str(file.relative_to(root)) for file in holding] == ["var/lib/petbase/services/db/files/passphrase"]


def _holds(file: Path) -> bool:
    return PASSPHRASE.encode() in file.read_bytes()
