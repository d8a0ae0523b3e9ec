"""An app's way out of the superuser's public, and back; on a host, with real PostgreSQL."""

import io
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from host.link.isolate import Isolate, UndoIsolate
from tests.support.hosts.estate import Estate
from tests.support.hosts.legacy import FILL, Legacy, legacy
from tests.support.operate import Petbase, Pulumi

MOVED = ["pears", "--yes", "--no-safety-dump"]
ROWS = [("apple",), ("banana",)]
NAMES = ("rows", "kinds", "days", "days_1", "names", "sums", "free", "best", "rows_id_seq", "kinds_id_seq")
THINGS = {"mood", *(f"pears_{name}" for name in NAMES)}
ODD = "it's $HOME `id`; \\"


@pytest.fixture
def pears(estate: Estate, pulumi: Pulumi) -> Iterator[Legacy]:
    """One app with the superuser's link and things of every kind in public."""
    with legacy(estate, pulumi, "pears") as made:
        made.ask("pears", FILL.format("pears"))
        yield made


@pytest.fixture
def two(estate: Estate, pulumi: Pulumi) -> Iterator[Legacy]:
    """Two apps with the superuser's link, whose tables lie in public side by side."""
    with legacy(estate, pulumi, "pears", "plums") as made:
        made.ask("pears", FILL.format("pears"))
        made.ask("plums", "CREATE TABLE plums_rows (name text); INSERT INTO plums_rows VALUES ('plum')")
        yield made


def _owners(made: Legacy, schema: str) -> set[tuple[str, str]]:
    said = made.estate.sql(
        f"SELECT relname, relowner::regrole FROM pg_class WHERE relnamespace = '\"{schema}\"'::regnamespace "
        "AND relkind <> 'i' UNION SELECT proname, proowner::regrole FROM pg_proc "
        f"WHERE pronamespace = '\"{schema}\"'::regnamespace UNION SELECT typname, typowner::regrole FROM pg_type "
        f"WHERE typnamespace = '\"{schema}\"'::regnamespace AND typtype = 'e'"
    )
    return {(name, owner) for name, _, owner in (line.partition("|") for line in said.splitlines())}


def _access(made: Legacy) -> str:
    return str((made.bench.state("apps/pears/links/db") or {})["access"])


def test_an_app_finds_its_rows_in_its_own_schema_after_a_dump(petbase: Petbase, pears: Legacy) -> None:
    ran = petbase("isolate", "pears", "--yes")
    assert (ran.code, ran.out) == (0, "pears lives in the schema pears, with its own role.\n")
    assert ran.err.index("safety dump: postgres-db-") < ran.err.index("pears: moving out of public")
    assert ran.err.endswith(
        "pears: moving out of public, into the schema pears\n"
        "pears: linked to db, access schema\n"
        "The stack file should say nothing of its access now: no access: superuser under apps.pears. "
        "Then pulumi up; where it said nothing before: ./petbase doctor --repair, so that the stack knows.\n"
        "To undo: ./petbase isolate pears --undo --stack test\n"
    )
    assert pears.ask("pears", "SELECT name FROM pears_rows ORDER BY 1") == ROWS
    assert pears.ask("pears", "INSERT INTO pears_rows (name) VALUES ('fig') RETURNING id, state") == [(3, "ripe")]
    found = pears.ask("pears", "SELECT current_user, pears_best('ripe'), nextval('pears_free')")
    assert found == [("pears", "apple", 1)]
    assert _owners(pears, "pears") == {(name, "pears") for name in THINGS}
    assert _owners(pears, "public") == set()
    assert pears.bench.env("pears")["DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD"] == "hidden"


@pytest.mark.soak
def test_what_will_move_is_listed_before_the_question(
    petbase: Petbase, pears: Legacy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    ran = petbase("isolate", "pears")
    assert (ran.code, ran.out) == (2, "")
    lines = [line.split() for line in ran.err.splitlines()]
    assert ran.err.startswith("from public into pears, with their indexes, sequences and constraints:\n")
    assert [line[:3] for line in lines if line[:2] == ["table", "pears_rows"]] == [["table", "pears_rows", "2"]]
    assert ["function", "pears_best"] in lines
    assert ["type", "mood"] in lines
    assert ["sequence", "pears_rows_id_seq"] not in lines
    assert ran.err.endswith("petbase: Cancelled: there was no answer. Nothing was changed. In a script: --yes\n")
    assert {name for name, _ in _owners(pears, "public")} == THINGS


@pytest.mark.soak
def test_whose_tables_they_are_is_asked_when_several_apps_share_public(petbase: Petbase, two: Legacy) -> None:
    ran = petbase("isolate", *MOVED)
    assert (ran.code, ran.err) == (
        2,
        "petbase: pears, plums all have the superuser's link, so it cannot be known which things in public belong to "
        "pears. Name them: --table NAME, several times, or --all. They are: ./petbase tables\n",
    )
    names = [word for name in sorted(THINGS - {"mood"}) if "_seq" not in name for word in ("--table", name)]
    assert petbase("isolate", *MOVED, *names).code == 0
    assert _owners(two, "pears") == {(name, "pears") for name in THINGS}
    assert two.ask("plums", "SELECT current_user, name FROM plums_rows") == [("postgres", "plum")]


@pytest.mark.soak
def test_only_what_is_named_moves_with_the_types_that_it_alone_uses(petbase: Petbase, two: Legacy) -> None:
    two.ask(
        "pears", f"CREATE TYPE size AS ENUM ('s'); ALTER TABLE pears_rows ADD size size[]; CREATE TABLE \"{ODD}\" ()"
    )
    two.ask("plums", "ALTER TABLE plums_rows ADD state mood")
    ran = petbase("isolate", *MOVED, "--table", "nope")
    assert ran.code == 2
    assert ran.err.startswith('petbase: public holds no "nope"; it holds: it\'s $HOME `id`; \\, pears_days, ')
    assert petbase("isolate", *MOVED, "--table", "pears_rows", "--table", ODD).code == 0
    moved = {name for name, _ in _owners(two, "pears")}
    assert moved == {"pears_rows", "pears_rows_id_seq", "size", ODD}
    assert ("mood", "postgres") in _owners(two, "public")


@pytest.mark.usefixtures("pulumi")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--table", "a", "--all"], "--table names some and --all takes everything; say one of them."),
        (["--undo", "--all"], "--undo takes back everything in the app's schema; leave --table and --all away."),
    ],
)
def test_wrong_words_are_refused(petbase: Petbase, words: list[str], said: str) -> None:
    ran = petbase("isolate", "fruits", *words)
    assert (ran.code, ran.err) == (2, f"petbase: {said}\n")


@pytest.mark.soak
def test_a_name_that_is_taken_in_the_schema_is_refused_before_anything(petbase: Petbase, pears: Legacy) -> None:
    pears.estate.sql("CREATE SCHEMA pears; CREATE TABLE pears.pears_rows (mine int)")
    ran = petbase("isolate", *MOVED)
    assert (ran.code, ran.err) == (
        2,
        "petbase: The schema pears holds pears_rows already, so public's cannot move there.\n",
    )


@pytest.mark.soak
def test_a_table_that_is_in_use_stops_the_move_whole(petbase: Petbase, pears: Legacy) -> None:
    with pears.bench.database(pears.url("pears")) as session, session.transaction():
        session.execute("SELECT * FROM pears_sums")
        ran = petbase("isolate", *MOVED)
    assert ran.code == 1
    assert "db: the role postgres holds a lock that is needed here, by a transaction that has been open for" in ran.err
    assert {name for name, _ in _owners(pears, "public")} == THINGS
    assert pears.ask("pears", "SELECT current_user, name FROM pears_rows LIMIT 1") == [("postgres", "apple")]


@pytest.mark.soak
def test_undo_brings_tables_and_link_back(petbase: Petbase, pears: Legacy) -> None:
    before = pears.url("pears")
    assert petbase("isolate", *MOVED).code == 0
    pears.ask("pears", "CREATE TABLE later (name text)")
    ran = petbase("isolate", *MOVED, "--undo")
    assert (ran.code, ran.out) == (0, "pears has the superuser's link again, and its things lie in public.\n")
    assert ran.err.endswith("The stack file should say so: access: superuser under apps.pears.\n")
    assert pears.url("pears") == before
    assert pears.ask("pears", "SELECT current_user, name FROM pears_rows ORDER BY 2") == [
        ("postgres", "apple"),
        ("postgres", "banana"),
    ]
    assert _owners(pears, "public") == {(name, "postgres") for name in THINGS | {"later"}}
    assert _access(pears) == "superuser"
    assert not pears.ask("pears", "SELECT FROM pg_namespace WHERE nspname = 'pears'")
    assert petbase("isolate", "pears", "--undo").code == 0


@pytest.mark.soak
def test_a_move_cut_at_any_verb_is_finished_by_the_same_command(pears: Legacy) -> None:
    """Out and back, again and again; afterwards it is as if nothing had cut it."""
    for n in count(4):
        where = pears.bench.finished(Isolate("pears", service="db", schema="pears"), n)
        assert pears.ask("pears", "SELECT current_user, name FROM pears_rows LIMIT 1") == [("pears", "apple")], where
        assert _access(pears) == "schema", where
        assert _owners(pears, "pears") == {(name, "pears") for name in THINGS}, where
        back = pears.bench.finished(UndoIsolate("pears", service="db", schema="pears"), n)
        assert pears.ask("pears", "SELECT current_user, name FROM pears_rows LIMIT 1") == [("postgres", "apple")], back
        assert _access(pears) == "superuser", back
        assert pears.bench.state("apps/pears/restart") is None, back
        if not where and not back:
            break
    assert n > 12


def test_after_isolation_neither_app_can_touch_the_other(petbase: Petbase, two: Legacy) -> None:
    assert petbase("isolate", *MOVED, "--table", "pears_rows").code == 0
    assert petbase("isolate", "plums", "--yes", "--no-safety-dump", "--table", "plums_rows").code == 0
    for text in ("SELECT * FROM plums.plums_rows", "INSERT INTO plums.plums_rows VALUES ('mine')"):
        assert two.refused("pears", text) == "permission denied for schema plums"
    assert two.refused("pears", "BEGIN; LOCK TABLE plums.plums_rows") == "permission denied for schema plums"
    assert two.refused("pears", "CREATE TABLE public.mine (name text)") == "permission denied for schema public"
    with two.bench.database(two.url("plums")) as session:
        pid = session.info.backend_pid
        for verb in ("pg_terminate_backend", "pg_cancel_backend"):
            assert "permission denied to " in two.refused("pears", f"SELECT {verb}({pid})")
        assert session.execute("SELECT name FROM plums_rows").fetchall() == [("plum",)]
        # PostgreSQL tells everybody that a session is there, and only its owner what it does.
        found = two.ask("pears", f"SELECT query FROM pg_stat_activity WHERE pid = {pid}")
        assert found == [("<insufficient privilege>",)]
