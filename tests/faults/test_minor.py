"""A new minor of PostgreSQL, on the sandbox host with the real store: a dump first, then the same rows and settings."""

import gzip
import io
import tarfile

from components.config.spec import Database
from components.dokku import lifecycle
from tests.faults.bench import STACK
from tests.faults.nouns import app
from tests.faults.watched import SERVICE, SPEC, Watched


def test_a_new_minor_keeps_rows_settings_and_variables_and_is_preceded_by_a_dump(watched: Watched) -> None:
    bench, root = watched.bench, watched.bench.disk / "var/lib/dokku/services/postgres" / SERVICE
    settings = {"config": {"work_mem": "7MB"}, "memory-mb": 512}
    first = Database.model_validate({"service": SERVICE, "version": "18.4", **settings})
    bench.done(lifecycle.database(STACK, first, SPEC.target).here)
    (root / "ENV").write_text("TZ=Europe/Berlin\nPGTZ=UTC\n")
    newer = lifecycle.database(STACK, first.model_copy(update={"version": "18.6"}), SPEC.target).here
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
    bench.done(newer)
    assert not [argv for argv in bench.verbs()[before:] if argv[0] in ("postgres:backup", "postgres:upgrade")]


def test_a_dump_that_fails_leaves_the_database_as_it_runs(watched: Watched) -> None:
    bench = watched.bench
    newer = lifecycle.database(STACK, Database(service=SERVICE, version="18.7"), "no-such-bucket").here
    answer = bench.send(newer)
    assert answer.returncode != 0
    assert not [argv for argv in bench.verbs() if argv[:1] == ["postgres:upgrade"] and "18.7" in argv]
    with bench.database(service=SERVICE) as session:
        assert session.execute("SELECT count(*) FROM fruits").fetchone() == (3,)


def test_apps_restart_once_where_docker_gave_the_service_another_address(watched: Watched) -> None:
    """Docker gives the lowest address that is free; the link of an app that runs knows the one of before."""
    bench = watched.bench
    bench.done(app("linked").here)
    bench.done(lifecycle.link(STACK, SERVICE, "linked", "linked", "schema").here)
    deployed = bench.disk / "var/lib/dokku/config/sandbox/linked/deployed"
    deployed.parent.mkdir(parents=True, exist_ok=True)
    deployed.write_text("true")
    bench.root("dokku postgres:stop db")
    before = len(bench.verbs())
    settings = {"service": SERVICE, "version": "18.6", "memory-mb": 512}
    changed = lifecycle.database(
        STACK, Database.model_validate({**settings, "config": {"work_mem": "8MB"}}), SPEC.target
    ).here
    said = bench.done(changed)
    bench.root("dokku postgres:start db")
    assert f"{SERVICE}: has another address; restarting linked\n" in said
    assert [argv for argv in bench.verbs()[before:] if argv[0] == "ps:restart"] == [["ps:restart", "linked"]]
    again = lifecycle.database(
        STACK, Database.model_validate({**settings, "config": {"work_mem": "9MB"}}), SPEC.target
    ).here
    assert "another address" not in bench.done(again)
    assert not (bench.disk / "var/lib/petbase/addresses" / SERVICE).exists()
