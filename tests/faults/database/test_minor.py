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
