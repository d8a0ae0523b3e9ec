"""Another major of PostgreSQL, with the real engines of both (16.14 and 18.4): what comes along, what waits, what a cut
leaves. What ./petbase makes of it is tried in tests/operate/whole/test_upgrade_whole.py.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
import pytest

from host.restore.run import RunRestore
from host.upgrade.report import DropOld
from host.upgrade.run import RunUpgrade
from host.values.old_services import old_service
from tests.faults.support.bench import Bench
from tests.faults.support.nouns import app, database, destroy, link

OLD, NEW = "16.14", "18.4"
# An upgrade makes some 150 calls of dokku and docker.
STEPS = [
    pytest.param(15, marks=pytest.mark.soak),
    pytest.param(1, marks=[pytest.mark.soak, pytest.mark.timeout(14_400)]),
]


_IS_A_COLOR = """
CREATE FUNCTION is_a_color(text) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN RETURN EXISTS (SELECT FROM colors WHERE name = $1); END $$
"""


def made(bench: Bench, service: str) -> dict[str, str]:
    """A service of the old major with one app in its own schema and one with the superuser's link; their URLs."""
    bench.done(database(service, OLD, max_connections="60"))
    names = {"schema": f"{service}-schema", "superuser": f"{service}-plain"}
    for access, name in names.items():
        bench.done(app(name))
        bench.done(link(name, service=service, access=access))
    return {access: bench.env(name)["DATABASE_URL"] for access, name in names.items()}


def filled(bench: Bench, service: str, urls: dict[str, str]) -> None:
    """Rows, a sequence, a table in `public`, a large object of the app's, a role that somebody made by hand."""
    with bench.database(urls["schema"]) as session:
        session.execute("CREATE TABLE fruits (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(20))")
        session.execute("INSERT INTO fruits (name) SELECT 'apple ' || n FROM generate_series(1, 500) n")
        session.execute("CREATE INDEX ON fruits (name) WHERE name IN ('a', 'b')")
        session.execute("SELECT lo_from_bytea(4711, 'a photo')")
        # Without its schema, which a load knows nothing of.
        session.execute("CREATE TABLE colors AS SELECT 'red' AS name")
        session.execute(_IS_A_COLOR)
        session.execute("CREATE TABLE paints (color text CHECK (is_a_color(color))); INSERT INTO paints VALUES ('red')")
    with bench.database(urls["superuser"], service) as session:
        session.execute("CREATE TABLE shared (n int); INSERT INTO shared VALUES (1), (2)")
        session.execute("CREATE ROLE auditor LOGIN PASSWORD 'by hand'")
        session.execute(f'GRANT USAGE ON SCHEMA "{service}-schema" TO auditor')
        session.execute(f'GRANT SELECT ON "{service}-schema".fruits TO auditor')
        session.execute(f'GRANT CONNECT ON DATABASE "{service}" TO auditor')


def told(bench: Bench, service: str) -> dict[str, Any]:
    """All that must be the same on both sides."""
    with bench.database(service=service) as session:

        def ask(query: str) -> list[Any]:
            return session.execute(query).fetchall()

        return {
            "roles": ask(
                "SELECT rolname, rolcanlogin, rolpassword, rolsuper FROM pg_authid WHERE oid >= 16384 ORDER BY 1"
            ),
            "settings": ask("SELECT setrole::regrole::text, setconfig FROM pg_db_role_setting ORDER BY 1"),
            "connects": ask(f"SELECT datacl::text FROM pg_database WHERE datname = '{service}'"),
            "owners": ask(
                "SELECT relname, relowner::regrole::text, "
                "(SELECT array_agg(grantee::regrole::text || privilege_type) FROM aclexplode(relacl) "
                "WHERE grantee <> relowner) FROM pg_class WHERE relkind IN ('r', 'S') AND "
                "relnamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 1"
            ),
            "large": ask("SELECT oid, lomowner::regrole::text FROM pg_largeobject_metadata"),
            "sequence": ask(f'SELECT last_value FROM "{service}-schema".fruits_id_seq'),
            "rows": ask(f'SELECT id, name FROM "{service}-schema".fruits ORDER BY 1'),
            "shared": ask("SELECT n FROM public.shared ORDER BY 1"),
            "connections": ask("SHOW max_connections"),
        }


def major(bench: Bench, service: str) -> int:
    with bench.database(service=service) as session:
        return session.info.server_version // 10000


def databases(bench: Bench, service: str) -> list[str]:
    with bench.database(service=service) as session:
        return [name for (name,) in session.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()]


def files(bench: Bench, service: str) -> dict[str, str]:
    """What the plugin knows of the service, but its version, its container and its data."""
    root = bench.disk / "var/lib/dokku/services/postgres" / service
    return {
        one.name: one.read_text() for one in root.iterdir() if one.is_file() and one.name not in ("ID", "IMAGE_VERSION")
    }


def gone(bench: Bench, service: str) -> None:
    """All that a test made, away."""
    for name in (f"{service}-schema", f"{service}-plain"):
        bench.root(f"dokku postgres:unlink {service} {name} --no-restart || :; dokku apps:destroy {name} --force")
        bench.root(f"rm -rf /var/lib/petbase/apps/{name}")
    kept = old_service(service, NEW)
    services = bench.root("dokku --quiet postgres:list").split()
    bench.root(f": >/var/lib/dokku/services/postgres/{service}/LINKS")
    for name in {service, kept} & set(services):
        destroy(bench, name)


@contextmanager
def writer(bench: Bench, url: str) -> Iterator[list[str]]:
    """Somebody who writes all the time, and tries again when the session breaks; what was acknowledged."""
    heard: list[str] = []
    ends = threading.Event()

    def write() -> None:
        number = count()
        while not ends.is_set():
            try:
                with bench.database(url) as session:
                    while not ends.is_set():
                        name = f"written {next(number)}"
                        session.execute("INSERT INTO fruits (name) VALUES (%s)", [name])
                        heard.append(name)
            except (psycopg.Error, ValueError):
                ends.wait(0.05)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield heard
    finally:
        ends.set()
        thread.join()


@pytest.mark.soak
def test_everything_comes_along_and_no_acknowledged_row_is_lost(bench: Bench) -> None:
    urls = made(bench, "elder")
    filled(bench, "elder", urls)
    before, plugin = told(bench, "elder"), files(bench, "elder")
    with writer(bench, urls["schema"]) as heard:
        said = bench.done(RunUpgrade("elder", version=NEW))
    *lines, result = said.splitlines()
    assert lines == [
        "elder: trying PostgreSQL 18.4 with its settings on an empty database",
        "elder: making PostgreSQL 18.4 beside it",
        "elder: from here on it is read, and writes wait until it is over",
        "elder: roles, settings, data",
        "elder: comparing rows and sequences with what elder holds",
        "elder: changing places with elder-before-18",
        "elder: starting PostgreSQL",
        "elder: PostgreSQL 18.4 answers",
    ]
    facts = json.loads(result)
    assert (facts["version"], facts["failed"]) == ("18.4", [])
    assert facts["tables"] >= 4
    assert facts["rows"] >= 504
    assert databases(bench, "elder") == ["elder", "postgres", "template0", "template1"]
    assert len(heard) > 10
    after = told(bench, "elder")
    assert {name for _, name in after["rows"]} >= set(heard)
    assert after["rows"][:500] == before["rows"]
    assert after["sequence"][0][0] >= before["sequence"][0][0]
    for same in set(before) - {"rows", "sequence"}:
        assert after[same] == before[same], same
    assert (major(bench, "elder"), files(bench, "elder")) == (18, plugin)
    assert {
        access: bench.env(f"elder-{name}")["DATABASE_URL"]
        for access, name in (("schema", "schema"), ("superuser", "plain"))
    } == urls
    # The old data is whole in a service that stands still, and opens when somebody wants to look.
    assert bench.root("dokku postgres:info elder-before-18 --status").strip() == "missing"
    bench.root("dokku postgres:start elder-before-18")
    found = bench.root(
        "dokku postgres:connect elder-before-18", "SELECT count(*) FROM public.shared;\nSHOW server_version;\n"
    )
    assert ("2" in found, OLD in found) == (True, True)
    bench.root("dokku postgres:stop elder-before-18")
    # The same again is nothing to do, and neither is the stack file's own script.
    ids = (bench.disk / "var/lib/dokku/services/postgres/elder/ID").read_text()
    took, *lines, _ = bench.done(RunUpgrade("elder", version=NEW)).splitlines()
    assert re.fullmatch(r"the last one took \d+ s", took)
    assert lines == ["elder: PostgreSQL 18.4 answers"]
    assert bench.done(database("elder", NEW, max_connections="60")) == "elder: PostgreSQL 18.4 answers\n"
    assert (bench.disk / "var/lib/dokku/services/postgres/elder/ID").read_text() == ids
    # A second upgrade may not take the place of the first one's old data; it goes when somebody says so.
    assert bench.done(DropOld("elder-before-18")) == (
        "elder-before-18: destroying, with the data from before the upgrade\nelder-before-18: is gone\n"
    )
    assert "elder-before-18" not in bench.root("dokku --quiet postgres:list").split()
    gone(bench, "elder")


_LOADS_HERE_ONLY = """
CREATE FUNCTION here(int) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN IF starts_with(session_user, 'petbase load') THEN RAISE 'not here'; END IF; RETURN true; END $$;
CREATE TABLE odd (n int CHECK (here(n))); INSERT INTO odd VALUES (7)
"""


@pytest.mark.soak
def test_an_app_that_the_new_major_does_not_take_is_held_back_and_brought_over_later(bench: Bench) -> None:
    urls = made(bench, "held")
    filled(bench, "held", urls)
    bench.done(app("held-other"))
    bench.done(link("held-other", service="held"))
    with bench.database(urls["schema"]) as session:
        session.execute("DROP TABLE paints")
        session.execute(_LOADS_HERE_ONLY)
    with bench.database(bench.env("held-other")["DATABASE_URL"]) as session:
        session.execute("CREATE TABLE own AS SELECT 'mine' AS word")
    before, services = told(bench, "held"), bench.root("dokku --quiet postgres:list")
    stopped = bench.send(RunUpgrade("held", version=NEW))
    assert (stopped.returncode, "--hold-back held-schema; held is as it was" in stopped.stdout) == (1, True)
    assert bench.send(RunUpgrade("held", version=NEW, hold_back=("nobody",))).returncode == 1
    assert (told(bench, "held"), major(bench, "held")) == (before, 16)
    assert bench.root("dokku --quiet postgres:list") == services
    # Cut off on the way it goes on, with the option or, behind the copy, without it.
    command = RunUpgrade("held", version=NEW, hold_back=("held-schema",))
    assert bench.cut(command, 40)
    bench.idle()
    result = json.loads(bench.done(command).splitlines()[-1])
    assert [(one["name"], one["error"]) for one in result["held_back"]] == [("held-schema", "not here")]
    assert major(bench, "held") == 18
    with bench.database(bench.env("held-other")["DATABASE_URL"]) as session:
        assert session.execute("TABLE own").fetchall() == [("mine",)]
    with bench.database(urls["schema"]) as session, pytest.raises(psycopg.errors.UndefinedTable):
        session.execute("TABLE fruits")
    dropped = bench.send(DropOld("held-before-18"))
    assert "held-before-18 has the only copy of the data of held-schema; nothing was dropped" in dropped.stdout
    # As docs/upgrades.md says.
    bench.root("dokku postgres:start held-before-18")
    bench.root("dokku postgres:connect held-before-18", 'ALTER TABLE "held-schema".odd DROP CONSTRAINT odd_n_check;\n')
    put = "docker exec --interactive dokku.postgres.held sh -c 'cat >/tmp/petbase_sent.c0ffee'"
    bench.root(f"dokku postgres:export held-before-18 | {put}")
    bench.root("dokku postgres:stop held-before-18")
    bench.done(RunRestore("held", "c0ffee", dump="old.dump", schema="held-schema"))
    after = told(bench, "held")
    for same in set(before):
        assert after[same] == before[same], same
    bench.done(DropOld("held-before-18"))
    bench.root("dokku postgres:unlink held held-other --no-restart; dokku apps:destroy held-other --force")
    bench.root("rm -rf /var/lib/petbase/apps/held-other")
    gone(bench, "held")


@pytest.mark.soak  # half a minute of waiting
def test_a_table_that_somebody_holds_leaves_the_old_one_serving(bench: Bench) -> None:
    urls = made(bench, "busy")
    filled(bench, "busy", urls)
    before, services = told(bench, "busy"), bench.root("dokku --quiet postgres:list")
    with bench.database(urls["schema"]) as session:
        session.execute("BEGIN; LOCK TABLE fruits IN ACCESS EXCLUSIVE MODE")
        held = bench.send(RunUpgrade("busy", version=NEW))
        assert held.returncode == 1
        assert "busy: the role " in held.stdout
        assert "; busy is as it was. First mend that, then run it again" in held.stdout
    assert (told(bench, "busy"), major(bench, "busy")) == (before, 16)
    assert bench.root("dokku --quiet postgres:list") == services
    gone(bench, "busy")


@pytest.mark.parametrize("step", STEPS)
def test_cut_off_at_any_verb_it_is_finished_by_the_same_command_and_no_row_is_lost(bench: Bench, step: int) -> None:
    for n in count(6, step):
        service = f"cut{step}x{n}"
        urls = made(bench, service)
        filled(bench, service, urls)
        before = told(bench, service)
        where = bench.cut(RunUpgrade(service, version=NEW), n)
        bench.idle()
        if where:
            bench.done(RunUpgrade(service, version=NEW))
        assert (told(bench, service), major(bench, service)) == (before, 18), where
        with bench.database(urls["schema"]) as session:
            session.execute("INSERT INTO fruits (name) VALUES ('after')")
        gone(bench, service)
        if not where:
            break
    assert n > step
