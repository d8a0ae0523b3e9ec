"""doctor on a host: what is broken there is told, with one connection, and with no secret in sight."""

import json
import re
from collections.abc import Iterator

import pytest

from components.config.backups_spec import Backups
from components.dokku import backup
from host.app.ensure import EnsureApp
from host.backup.watch import EnsureWatch
from host.link.ensure import EnsureLink
from host.values.json_values import to_json
from operate.server import report as server_report
from sandbox.store import Store, account
from tests.faults.support.bench import Bench
from tests.support.hosts.estate import BUCKET, KEY, SECRET, Estate
from tests.support.operate import Petbase, Pulumi

STACK, NAME = "petbase/test", "test"
CONTAINER = "docker exec dokku.postgres.db"
Line = tuple[str, str]


@pytest.fixture(scope="module")
def watched(made_estate: Estate) -> Estate:
    """The estate with its timers, as `pulumi up` makes them."""
    spec = made_estate.stack.backups
    watch = EnsureWatch("db", bucket=BUCKET, endpoint=spec.endpoint, schedule=spec.schedule, max_age=90_000)
    answer = made_estate.host.send(NAME, watch, "http://127.0.0.1:9/ping/a-secret", "{}")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return made_estate


@pytest.fixture
def bench(estate: Estate, watched: Estate) -> Bench:
    assert watched is estate
    return Bench(estate.host, "test")


@pytest.fixture
def mended(bench: Bench, estate: Estate) -> Iterator[None]:
    """Afterwards the program's own scripts have made all of it right again."""
    yield
    bench.steer("broken", None)
    stack = estate.stack
    for name in stack.apps:
        for command in (EnsureApp(name, domain=(f"{name}.localhost",)), EnsureLink(name, service="db", schema=name)):
            answer = estate.host.send(NAME, command)
            assert answer.returncode == 0, answer.stdout + answer.stderr
    bench.done(backup.ensure("db", Backups(bucket=BUCKET), stack.backups.endpoint), KEY, SECRET, "")


def _look(petbase: Petbase) -> tuple[int, dict[Line, str]]:
    """The exit code; what each (level, about) says, but for what no test changes."""
    ran = petbase("doctor", "--json")
    told = json.loads(ran.out)
    assert told["exit_code"] == ran.code
    return ran.code, {(one["level"], one["about"]): one["says"] for one in told["findings"]}


def _wrong(petbase: Petbase) -> set[tuple[str, str, str]]:
    """Every line that is not well."""
    found = json.loads(petbase("doctor", "--json").out)["findings"]
    return {(one["level"], one["about"], one["says"]) for one in found if one["level"] != "well"}


@pytest.mark.usefixtures("bench")
def test_a_stack_as_declared_is_told_line_by_line(petbase: Petbase, estate: Estate) -> None:
    code, told = _look(petbase)
    assert told["well", "server"].endswith(", shows the stack's host key")
    assert told["well", "database db"] == "PostgreSQL 18.4 answers"
    assert told["well", "Dokku"] == "0.38.27, as the stack file says"
    assert told["well", "port 5432"] == "shut from outside"
    assert told["well", "schedule"] == "At 03:00 every day (UTC), to db-backups"
    assert told["well", "bucket"] == "db-backups opens with the server's credentials, and takes what they write"
    assert told["well", "left over"] == "nothing unfinished"
    assert told["well", "timer check"] == "active, every 15 minutes"
    assert told["well", "timer drill"] == "active, weekly"
    assert ("hint", "alert") not in told
    # In this test the web's ports are closed and there is no dump; nothing else is wrong.
    wrong = {about for level, about in told if level == "bad"}
    assert (code, wrong) == (2, {"port 80"})
    assert told["hint", "newest dump"].startswith("there is none yet in db-backups; the next is due on ")
    assert estate.sql("SELECT count(*) FROM fruits.fruits") == "2"


def test_a_look_is_one_connection_and_changes_nothing(petbase: Petbase, bench: Bench, store: Store) -> None:
    def state() -> dict[str, bytes]:
        bucket = account.bucket_dir(store.root, BUCKET) / "objects"
        folders = (*(bench.disk / name for name in ("var/lib/petbase", "var/lib/dokku/config", "etc/cron.d")), bucket)
        return {str(p): p.read_bytes() for folder in folders for p in sorted(folder.rglob("*")) if p.is_file()}

    log = bench.host.machine.directory / "log/auth.log"
    before, lines = state(), len(log.read_text().splitlines())
    petbase("doctor")
    assert len(log.read_text().splitlines()) == lines + 1
    assert state() == before


def test_a_look_shows_no_secret(petbase: Petbase, bench: Bench, estate: Estate) -> None:
    urls = [bench.env(app)["DATABASE_URL"] for app in ("fruits", "shop")] + [bench.superuser()]
    petbase.secrets = [SECRET, KEY, "a-secret", *(url.split(":")[2].partition("@")[0] for url in urls)]
    petbase("doctor")
    report = json.dumps(to_json(server_report.fetch(estate.stack, estate.connection)))
    assert not [secret for secret in petbase.secrets if secret in report]


@pytest.mark.usefixtures("mended")
def test_what_was_broken_by_hand_is_found_and_only_that(petbase: Petbase, bench: Bench, estate: Estate) -> None:
    before = _wrong(petbase)
    bench.root("dokku domains:remove fruits fruits.localhost")
    bench.root("dokku config:unset --no-restart shop DATABASE_URL")
    bench.root("dokku postgres:backup-unschedule db")
    bench.root("dokku postgres:backup-deauth db")
    bench.root("echo '{}' >/var/lib/petbase/apps/fruits/restart.json")
    estate.sql("ALTER ROLE fruits NOLOGIN; CREATE DATABASE petbase_drill;")
    note = json.dumps({"petbase": "before", "of": "fruits", "dump": "x.tgz", "at": "2026-01-01 00:00:00"})
    estate.sql(f'CREATE SCHEMA "fruits before x"; COMMENT ON SCHEMA "fruits before x" IS \'{note}\';')
    bench.root("echo '{}' >/var/lib/petbase/services/db/upgrade.json")
    bench.root(f"{CONTAINER} sh -c 'echo a dump >/tmp/petbase_restore'")
    try:
        after, ran = _wrong(petbase), petbase("doctor")
    finally:
        estate.sql('ALTER ROLE fruits LOGIN; DROP DATABASE petbase_drill; DROP SCHEMA "fruits before x";')
        bench.root("rm /var/lib/petbase/apps/fruits/restart.json /var/lib/petbase/services/db/upgrade.json")
        bench.root(f"{CONTAINER} rm /tmp/petbase_restore")
    put_aside = {one for one in after if one[1] == "schema fruits before x"}
    assert [one[2].startswith("what a restore replaced ") for one in put_aside] == [True]
    after -= put_aside
    assert after - before == {
        ("bad", "app fruits", "was changed and not restarted, so it runs with its old settings"),
        ("bad", "app fruits", "does not answer to fruits.localhost"),
        ("bad", "app fruits", "the role fruits may not log in"),
        ("bad", "app shop", "has no DATABASE_URL"),
        ("bad", "schedule", "the server has none; the stack file says 0 3 * * * to db-backups"),
        (
            "bad",
            "bucket",
            "does not open from the server: this server has no credentials for the bucket; "
            "raise generation in the stack file and run pulumi up",
        ),
        ("bad", "database db", "its upgrade to another major was cut off"),
        ("hint", "database petbase_drill", "a restore or a drill was cut off; the next one drops it"),
        (
            "hint",
            "left over",
            "a restore was cut off; its copy of the dump, 7 bytes, lies in the container until the next one",
        ),
    }
    assert "✗  app fruits" in ran.out
    assert "-> ./petbase doctor --stack test --repair" in ran.out
    assert ran.err.splitlines()[-1].endswith(
        ". Running every command again repairs 6: ./petbase doctor --repair --stack test"
    )


def test_a_database_that_stands_still_is_told_and_its_apps_are_not_blamed(petbase: Petbase, bench: Bench) -> None:
    bench.root("dokku postgres:stop db")
    try:
        told = _look(petbase)[1]
    finally:
        bench.root("dokku postgres:start db")
    assert told["bad", "database db"] == "answers no query; its container is: missing"
    assert [about for level, about in told if level == "bad" and about.startswith("app")] == []


def test_a_dump_by_hand_makes_the_newest_dump_well(petbase: Petbase, dump: str, watched: Estate) -> None:
    assert watched
    assert dump
    told = _look(petbase)[1]
    assert re.fullmatch(r"\d+ (second|minute)s? old, \d\.\d kB", told["well", "newest dump"])
    assert told["hint", "restore test"] == "no dump has been test-restored yet"


def test_a_server_that_is_gone_is_not_seen_and_the_bucket_still_is(
    petbase: Petbase, dump: str, estate: Estate, pulumi: Pulumi
) -> None:
    assert dump
    server = {**estate.outputs["server"], "port": 9}
    pulumi.stack("test", {**estate.outputs, "server": server})
    code, told = _look(petbase)
    assert code == 2  # no drill, no web
    assert "cannot be reached" in told["unknown", "server"]
    assert ("well", "newest dump") in told
    assert ("well", "disk") not in told


def test_a_stack_that_cannot_be_read_is_exit_code_1(petbase: Petbase, pulumi: Pulumi) -> None:
    pulumi.fails("no stack named 'test' found")
    ran = petbase("doctor")
    assert (ran.code, ran.out) == (1, "")
