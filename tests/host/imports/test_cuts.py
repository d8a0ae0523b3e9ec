"""An import cut at every call, as by a power cut: either nothing has changed, or all; the next one is whole."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import BinaryIO

import pytest

from host.programs.runner import Answer, Process, Stage
from tests.examples.postgres import Postgres
from tests.host.imports.staged import SENT, Importer, StagingRunner

OLD, NEW = [("pear",)], [("apple",), ("plum",)]


class Cut(BaseException):
    """The power is gone."""


class DyingRunner(StagingRunner):
    """From its n-th call on there is no machine any more, for what tidies up neither."""

    calls, dies_at = 0, 1 << 30

    def _call(self) -> None:
        self.calls += 1
        if self.calls >= self.dies_at:
            raise Cut

    def run(self, words: Sequence[str], *, stdin: str = "", env: Mapping[str, str] | None = None) -> Answer:
        self._call()
        return super().run(words, stdin=stdin, env=env)

    def pipe(self, stages: Sequence[Stage], *, stdin: int | None = None) -> list[Answer]:
        self._call()
        return super().pipe(stages, stdin=stdin)

    def start(self, words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Process:
        self._call()
        return super().start(words, env=env)

    def read(self, words: Sequence[str], take: Callable[[BinaryIO], None], *, stdin: str = "") -> Answer:
        self._call()
        return super().read(words, take, stdin=stdin)


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
            dying.dies_at = 1 << 30
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
