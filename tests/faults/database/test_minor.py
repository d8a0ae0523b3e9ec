"""A new minor of PostgreSQL and new settings, on the sandbox host with the real store: a dump first, then the same
rows and settings, and the way back where the service does not answer.
"""

import gzip
import io
import tarfile

import pytest

from host.app.ensure import EnsureApp
from host.database.ensure import EnsureDatabase
from tests.faults.support.bench import Bench
from tests.faults.support.nouns import database, destroy
from tests.faults.support.watched import SERVICE, Watched


def declared(version: str, **config: str) -> EnsureDatabase:
    """As the stack file says all of it."""
    return EnsureDatabase(
        SERVICE, version=version, config=config, memory_mb=512, version_declared=True, settings_declared=True
    )


def test_a_new_minor_keeps_rows_settings_and_variables_and_is_preceded_by_a_dump(watched: Watched) -> None:
    bench, root = watched.bench, watched.bench.disk / "var/lib/dokku/services/postgres" / SERVICE
    bench.done(declared("18.4", work_mem="7MB"))
    (root / "ENV").write_text("TZ=Europe/Berlin\nPGTZ=UTC\n")
    newer = declared("18.6", work_mem="7MB")
    said = bench.done(newer)
    assert f"{SERVICE}: a dump, then PostgreSQL 18.4 becomes 18.6, a minute without a database\n" in said
    kept = {name: (root / name).read_text().split() for name in ("IMAGE_VERSION", "ENV", "SERVICE_MEMORY")}
    assert kept == {"IMAGE_VERSION": ["18.6"], "ENV": ["TZ=Europe/Berlin", "PGTZ=UTC"], "SERVICE_MEMORY": ["512"]}
    with bench.database(service=SERVICE) as session:
        assert session.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert session.execute("SELECT count(*) FROM fruits").fetchone() == (3,)
    (dump,) = watched.keys("prod/postgres-tower-")
    packed = gzip.decompress(watched.get(f"prod/postgres-tower-{dump}"))
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert "backup/export" in archive.getnames()
    before = len(bench.verbs())
    assert bench.done(newer) == f"{SERVICE}: PostgreSQL 18.6 answers\n"
    assert not [argv for argv in bench.verbs()[before:] if argv[0] in ("postgres:backup", "postgres:upgrade")]


def test_a_dump_that_fails_leaves_the_database_as_it_runs(watched: Watched) -> None:
    bench = watched.bench
    with bench.steered("broken", {"postgres:backup": "the store is away"}):
        answer = bench.send(declared("18.7", work_mem="7MB"))
    assert answer.returncode == 1
    assert answer.stdout.endswith("dokku postgres:backup tower tower-backups/prod failed with exit code 1\n")
    assert not [argv for argv in bench.verbs() if argv[:1] == ["postgres:upgrade"] and "18.7" in argv]
    with bench.database(service=SERVICE) as session:
        assert session.execute("SELECT count(*) FROM fruits").fetchone() == (3,)


@pytest.mark.soak
def test_apps_restart_once_where_docker_gave_the_service_another_address(watched: Watched) -> None:
    """Docker gives the lowest address that is free; the link of an app that runs knows the one of before."""
    bench = watched.bench
    bench.done(EnsureApp("linked", domain=("linked.example.com",)))
    bench.root(f"dokku postgres:link {SERVICE} linked --no-restart")
    deployed = bench.disk / "var/lib/dokku/config/common/linked/deployed"
    deployed.parent.mkdir(parents=True, exist_ok=True)
    deployed.write_text("true")
    bench.root("dokku postgres:stop db")
    before = len(bench.verbs())
    said = bench.done(declared("18.6", work_mem="8MB"))
    bench.root("dokku postgres:start db")
    assert f"{SERVICE}: has another address; restarting linked\n" in said
    assert [argv for argv in bench.verbs()[before:] if argv[0] == "ps:restart"] == [["ps:restart", "linked"]]
    assert "another address" not in bench.done(declared("18.6", work_mem="9MB"))
    assert bench.state(f"services/{SERVICE}/address") is None


@pytest.fixture
def tuned(bench: Bench) -> str:
    """A service with a setting and two rows."""
    bench.done(database("tuned", work_mem="7MB"))
    with bench.database(service="tuned") as session:
        session.execute("DROP TABLE IF EXISTS fruits; CREATE TABLE fruits AS SELECT 'apple' AS name")
    return "tuned"


def test_a_setting_that_postgres_does_not_know_never_reaches_the_service(bench: Bench, tuned: str) -> None:
    identity = (bench.disk / f"var/lib/dokku/services/postgres/{tuned}/ID").read_text()
    answer = bench.send(database(tuned, shared_preload_libraries="no_such"))
    assert answer.returncode == 1
    assert 'FATAL:  could not access file "no_such"' in answer.stdout
    assert answer.stdout.endswith(
        "PostgreSQL 18.4 does not start with -c shared_preload_libraries=no_such, so tuned was not changed. Correct "
        "database.config or database.memory-mb in the stack file\n"
    )
    assert (bench.disk / f"var/lib/dokku/services/postgres/{tuned}/ID").read_text() == identity
    assert bench.done(database(tuned, work_mem="7MB")) == "tuned: PostgreSQL 18.4 answers\n"


def test_a_setting_with_which_the_service_alone_does_not_answer_is_taken_back(bench: Bench, tuned: str) -> None:
    """An address that the server does not have: the trial listens on none, so only the service shows it."""
    answer = bench.send(database(tuned, listen_addresses="203.0.113.1"))
    assert answer.returncode == 1
    assert "could not create any TCP/IP sockets" in answer.stdout
    assert answer.stdout.endswith(
        "tuned did not answer after the change, so it is as before again and answers. In the stack file, correct "
        "database.config\n"
    )
    with bench.database(service=tuned) as session:
        assert session.execute("SHOW work_mem").fetchone() == ("7MB",)
        assert session.execute("SELECT name FROM fruits").fetchall() == [("apple",)]
    assert bench.done(database(tuned, work_mem="7MB")) == "tuned: PostgreSQL 18.4 answers\n"
    assert bench.state("services/tuned/change") is None
    destroy(bench, tuned)


@pytest.mark.soak
def test_indexes_are_rebuilt_where_an_image_sorts_otherwise(bench: Bench) -> None:
    """As a new glibc leaves it (seen on a real host): PostgreSQL warns at every connection, and answers.

    The sandbox's own locale has no version, but the one that PostgreSQL brings along has.
    """
    bench.done(database("sorted"))
    with bench.database(service="sorted") as session:
        session.execute("CREATE DATABASE words TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'")
        session.execute("UPDATE pg_database SET datcollversion = '0' WHERE datname = 'words'")
    said = bench.done(database("sorted"))
    assert said.splitlines()[0] == (
        "sorted: this image sorts texts by collation version 1, and words was sorted by 0; rebuilding its indexes, "
        "writes wait meanwhile"
    )
    assert bench.done(database("sorted")) == "sorted: PostgreSQL 18.4 answers\n"
    destroy(bench, "sorted")
