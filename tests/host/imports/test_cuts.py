"""An import cut at every call, as by a power cut: either nothing has changed, or all; the next one is whole."""

from itertools import count

import pytest

from tests.examples.postgres import Postgres
from tests.host.dying import NEVER, Cut, Dying
from tests.host.imports.staged import SENT, Importer, StagingRunner

OLD, NEW = [("pear",)], [("apple",), ("plum",)]


class DyingRunner(Dying, StagingRunner):
    """What an import runs, until the power is gone."""


@pytest.fixture
def dying(importer: Importer, staging_cluster: Postgres) -> DyingRunner:
    old = importer.container.runner
    runner = DyingRunner(old.server, old.tmp, scratch=staging_cluster)
    importer.container.runner = importer.container.host.runner = runner
    return runner


@pytest.mark.parametrize("step", [47, pytest.param(1, marks=pytest.mark.soak)])
def test_an_import_cut_anywhere_has_changed_nothing_or_all(importer: Importer, dying: DyingRunner, step: int) -> None:
    importer.source("CREATE TABLE t (name text); INSERT INTO t VALUES ('apple'), ('plum')")
    dump = importer.file("--format=custom").read_bytes()
    live = importer.container
    for n in count(2, step):
        importer.put(dump)
        dying.calls, dying.dies_at = 0, n
        try:
            importer.run()
        except Cut:
            dying.dies_at = NEVER
        else:
            break
        live.stream.truncate(0)
        live.stream.seek(0)
        assert _rows(importer) in (OLD, NEW), n
        importer.put(dump)
        importer.run()
        assert _rows(importer) == NEW, n
        assert not (dying.tmp / f"petbase_sent.{SENT}").exists()
        assert live.sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'petbase%'") == []
        _renew(importer)
    assert n > 30


def _rows(importer: Importer) -> list[tuple[object, ...]]:
    live = importer.container
    there = live.value("SELECT to_regclass('fruits.t') IS NOT NULL")
    return live.sql("SELECT name FROM t ORDER BY 1" if there else "SELECT name FROM old", role="fruits")


def _renew(importer: Importer) -> None:
    live = importer.container
    for (schema,) in live.sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'fruits%'"):
        live.sql(f'DROP SCHEMA "{schema}" CASCADE')
    live.sql("CREATE SCHEMA fruits AUTHORIZATION fruits")
    live.sql("CREATE TABLE old AS SELECT 'pear' AS name", role="fruits")
