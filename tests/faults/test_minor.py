"""A new minor of PostgreSQL, on the sandbox host with the real store: a dump first, then the same rows and settings."""

import gzip
import io
import tarfile

from components.dokku import lifecycle
from components.spec import Database
from tests.faults.bench import STACK
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
