"""tables, kept, drop-data, rotate-password: on a host, with real PostgreSQL."""

import io
import json
import sys
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from host.link.drop_data import DropData
from host.link.rotate_password import RotatePassword
from operate.whole import upgrade
from tests.faults.support import nouns
from tests.faults.support.bench import Bench
from tests.support.hosts.estate import Estate
from tests.support.hosts.legacy import Legacy, legacy
from tests.support.operate import Petbase, Pulumi

DROP = ["--yes", "--no-safety-dump", "--i-know"]


@pytest.fixture
def bench(estate: Estate) -> Bench:
    return Bench(estate.host, "test")


@pytest.fixture
def old(estate: Estate, pulumi: Pulumi) -> Iterator[Legacy]:
    """An app `old` with a schema and rows, and `guest`, which lived in it too: both went, their data stayed."""
    with legacy(estate, pulumi, "old", "guest") as made:
        for app in made.apps:
            made.bench.done(nouns.link(app, "old"))
        made.ask("old", "CREATE TABLE baskets (name text); INSERT INTO baskets VALUES ('a'), ('b')")
        for app in made.apps:
            _leave(made, app)
        pulumi.stack("test", estate.outputs)
        yield made


def _leave(made: Legacy, app: str) -> None:
    for noun in (nouns.link(app, "old"), nouns.app(app)):
        made.bench.done(nouns.gone(noun))


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions get no answer."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


@pytest.mark.usefixtures("estate")
def test_tables_are_told_app_by_app(petbase: Petbase) -> None:
    ran = petbase("tables")
    assert (ran.code, ran.err) == (0, "")
    rows = [line.split() for line in ran.out.splitlines()]
    assert rows[:3] == [
        ["app", "table", "rows,", "about", "size"],
        ["fruits", "1", "table", "2", "32.8", "kB"],
        ["fruits", "2", "32.8", "kB"],
    ]
    assert rows[3] == ["shop", "0", "tables", "0", "0", "bytes"]
    assert "public" not in ran.out


def test_tables_in_public_are_told_apart(petbase: Petbase, estate: Estate) -> None:
    estate.sql("CREATE TABLE public.left_over (id int)")
    try:
        ran, found = petbase("tables"), json.loads(petbase("tables", "--json").out)
    finally:
        estate.sql("DROP TABLE public.left_over")
    apart = ran.out.partition(
        "\nIn public, which the apps with the superuser's link share (./petbase isolate APP moves"
    )
    assert "left_over" not in apart[0]
    assert "left_over" in apart[2]
    schemas = {one["schema"]: one for one in found["schemas"]}
    assert found["service"] == "db"
    assert schemas["fruits"]["apps"] == ["fruits"]
    assert schemas["fruits"]["tables"] == [{"name": "fruits", "rows": 2, "bytes": schemas["fruits"]["bytes"]}]
    assert [table["name"] for table in schemas["public"]["tables"]] == ["left_over"]


@pytest.mark.usefixtures("estate")
def test_nothing_is_kept_while_every_schema_has_its_app(petbase: Petbase) -> None:
    assert petbase("kept").out == "Nothing was kept in db: every schema has its app.\n"
    assert json.loads(petbase("kept", "--json").out) == {
        "service": "db",
        "kept": [],
        "aside": [],
        "buckets": [],
        "folders": [],
        "old": [],
    }


def test_the_service_of_before_an_upgrade_is_listed_once_it_is_whole_and_goes_by_its_own_verb(
    petbase: Petbase, bench: Bench, estate: Estate
) -> None:
    def told() -> list[tuple[str, str]]:
        return [(one["name"], one["version"]) for one in json.loads(petbase("kept", "--json").out)["old"]]

    folder, mark = "/var/lib/dokku/services/postgres/db-before-18", "/var/lib/petbase/services/db-before-18/owner.json"
    owner = '{{"how": "{}", "stack": "test"}}'
    bench.root(f"mkdir -p {folder} {mark.removesuffix('/owner.json')} && echo 17.6 >{folder}/IMAGE_VERSION")
    bench.root(f"cat >{mark}", stdin=owner.format("making"))
    try:
        assert told() == []
        assert upgrade.fetch(estate.stack, estate.connection).old == ()
        bench.root(f"cat >{mark}", stdin=owner.format("made"))
        assert told() == [("db-before-18", "17.6")]
        ran, dropped = petbase("kept"), petbase("drop-data", "db-before-18", *DROP, "db-before-18")
    finally:
        bench.root(f"rm -r {folder} {mark.removesuffix('/owner.json')}")
    assert ran.out.startswith("db-before-18 ")
    assert "PostgreSQL 17.6 from before an upgrade, stopped, " in ran.out
    assert ran.err == "To delete it: ./petbase upgrade-database --drop-old --stack test\n"
    assert (dropped.code, dropped.err) == (
        2,
        "petbase: db-before-18 is a separate service with the data from before an upgrade; nothing was dropped. "
        "If you no longer need it: ./petbase upgrade-database --drop-old --stack test\n",
    )


@pytest.mark.soak
@pytest.mark.usefixtures("old")
def test_what_stayed_is_listed_with_what_to_do(petbase: Petbase) -> None:
    ran = petbase("kept")
    assert ran.code == 0
    assert [line.split() for line in ran.out.splitlines()[1:]] == [
        ["guest", "role", "0", "0", "0", "bytes"],
        ["old", "schema", "and", "role", "1", "2", "16.4", "kB"],
    ]
    assert ran.err.endswith("To delete one with its data: ./petbase drop-data 'NAME' --stack test\n")
    kept = json.loads(petbase("kept", "--json").out)["kept"]
    assert [(one["name"], one["schema"], one["tables"], one["rows"]) for one in kept] == [
        ("guest", False, 0, 0),
        ("old", True, 1, 2),
    ]
    assert "old (kept)" in petbase("tables").out


def test_kept_data_goes_by_its_typed_name_after_a_dump_and_by_no_other_answer(
    petbase: Petbase, old: Legacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer, said in (
        ("", "Cancelled: there was no answer. Nothing was changed. In a script: --yes --i-know old\n"),
        ("fruits\n", 'Cancelled: you typed "fruits", not "old". Nothing was changed.\n'),
    ):
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        ran = petbase("drop-data", "old")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.endswith(f"petbase: {said}")
        assert old.estate.sql("SELECT count(*) FROM old.baskets") == "2"
    monkeypatch.setattr(sys, "stdin", io.StringIO("old\n"))
    ran = petbase("drop-data", "old")
    assert (ran.code, ran.out) == (0, "The data of old is gone.\n")
    assert "db on test loses the schema old with 1 table, 16.4 kB, and the role old\n" in ran.err
    assert ran.err.index("safety dump: postgres-db-") < ran.err.index("old: dropping its schema and its role")
    assert old.estate.sql("SELECT nspname FROM pg_namespace WHERE nspname = 'old'") == ""
    assert old.estate.sql("SELECT rolname FROM pg_roles WHERE rolname IN ('old', 'guest')") == "guest"
    assert old.estate.as_app("fruits", "SELECT count(*) FROM fruits") == "2"
    assert petbase("drop-data", "guest", *DROP, "guest").code == 0
    assert petbase("kept").out == "Nothing was kept in db: every schema has its app.\n"
    assert petbase("drop-data", "old", *DROP, "old").err == ('petbase: Nothing was kept of "old"; kept were: none.\n')


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fruits", *DROP, "fruits"], "fruits is an app of the stack test, so its data is in use. To remove the app, "),
        (["old", "--yes"], "--yes drops data without a question, so it needs the name again: --i-know old"),
        (["public", *DROP, "public"], 'Nothing was kept of "public"; kept were: none.'),
        (["postgres", *DROP, "postgres"], 'Nothing was kept of "postgres"; kept were: none.'),
    ],
)
def test_data_in_use_is_refused(petbase: Petbase, words: list[str], said: str) -> None:
    ran = petbase("drop-data", *words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"petbase: {said}")


def test_a_name_of_63_bytes_is_listed_whole_and_what_is_not_there_is_answered_with_the_names(
    petbase: Petbase, estate: Estate
) -> None:
    aside = f"{'a' * 41} {'b' * 21}"
    note = json.dumps({"petbase": "before", "of": "fruits", "dump": "now", "at": "2026-11-20T03:00:00"})
    estate.sql(f"""CREATE SCHEMA "{aside}"; COMMENT ON SCHEMA "{aside}" IS '{note}'""")
    try:
        listed, ran = petbase("kept"), petbase("drop-data", "nope", *DROP, "nope")
    finally:
        estate.sql(f'DROP SCHEMA "{aside}"')
    assert [line.startswith(f"{aside}   schema   ") for line in listed.out.splitlines()] == [False, True]
    assert (ran.code, ran.err) == (2, f'petbase: Nothing was kept of "nope"; kept were: {aside}.\n')


def test_an_app_of_another_stack_is_in_use(petbase: Petbase, estate: Estate, pulumi: Pulumi) -> None:
    fruits = {"fruits": estate.outputs["apps"]["fruits"]}
    pulumi.stack("test", {**estate.outputs, "apps": fruits})
    assert petbase("drop-data", "shop", *DROP, "shop").err == (
        "petbase: shop is linked to db, so its data is in use; nothing was dropped.\n"
    )


@pytest.mark.soak
def test_a_drop_cut_at_any_verb_is_finished_by_the_same_script(old: Legacy) -> None:
    for n in count(1):
        where = old.bench.finished(DropData("old", service="db"), n)
        assert old.estate.sql("SELECT rolname FROM pg_roles WHERE rolname = 'old'") == "", where
        if not where:
            break
        old.estate.sql("CREATE ROLE old NOLOGIN; CREATE SCHEMA old AUTHORIZATION old; CREATE TABLE old.t (id int)")
    assert n > 4


def test_a_new_password_opens_and_the_old_one_does_not(petbase: Petbase, estate: Estate, bench: Bench) -> None:
    before = bench.env("fruits")["DATABASE_URL"]
    with bench.database(before) as session:
        ran = petbase("rotate-password", "fruits")
        assert (ran.code, ran.out) == (0, "fruits has a new password, and the old one is refused.\n")
        with pytest.raises(psycopg.errors.AdminShutdown):
            session.execute("SELECT 1")
    after = bench.env("fruits")["DATABASE_URL"]
    assert after.rpartition("@")[2] == before.rpartition("@")[2]
    assert (len(after), after == before) == (len(before), False)
    with bench.database(after) as session:
        assert session.execute("SELECT current_user, count(*) FROM fruits").fetchall() == [("fruits", 2)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"), bench.database(before):
        pass
    password = after.split(":")[2].partition("@")[0]
    assert password not in ran.out + ran.err
    assert not [verb for verb in bench.verbs() if password in " ".join(verb)]
    assert estate.as_app("shop", "SELECT 1") == "1"


@pytest.mark.soak
@pytest.mark.usefixtures("estate")
def test_a_new_password_cut_at_any_verb_is_finished_by_the_same_command(bench: Bench) -> None:
    for n in count(3):
        before = bench.env("fruits")["DATABASE_URL"]
        where = bench.finished(RotatePassword("fruits", service="db", schema="fruits"), n)
        after = bench.env("fruits")["DATABASE_URL"]
        assert after != before, where
        with bench.database(after) as session:
            assert session.execute("SELECT current_user").fetchall() == [("fruits",)], where
        assert bench.state("apps/fruits/restart") is None, where
        if not where:
            break
    assert n > 8


@pytest.mark.usefixtures("no_terminal")
def test_only_apps_of_the_stack_have_schemas(petbase: Petbase, estate: Estate) -> None:
    assert estate.stack.apps.keys() == {"fruits", "shop"}
    for words in (["isolate", "nope"], ["rotate-password", "nope"], ["tunnel", "nope"], ["psql", "--app", "nope"]):
        ran = petbase(*words)
        assert (ran.code, ran.err) == (2, 'petbase: The stack test has no app "nope"; it has: fruits, shop.\n')
