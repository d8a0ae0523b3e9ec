"""A new minor of PostgreSQL and new settings, on the sandbox host with the real store: a dump first, then the same
rows and settings, and the way back where the service does not answer.
"""

import gzip
import io
import tarfile

from host.database.ensure import EnsureDatabase
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
