"""What is taken along into a restored database, while its app goes on asking for it."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from host.programs.runner import Answer
from host.restore.run import RunRestore
from host.scratch import dump_schemas
from tests.host.container import SERVICE, Container

NAME = "c0ffee"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def before_the_copy(container: Container, act: Callable[[], None]) -> Callable[..., Answer]:
    """A runner's `run` that does something when the restore has its locks and is about to read behind them."""
    run = container.runner.run

    def runs(words: Sequence[str], **more: Any) -> Answer:
        if "--exclude-schema" in words:
            act()
        return run(words, **more)

    return runs


def test_a_migration_that_waits_for_the_locks_of_a_restore_does_not_stop_it(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands between the session that holds the locks and the one that reads: apps change places one at a time."""
    container.app("fruits", "CREATE TABLE t (name text); INSERT INTO t VALUES ('apple')")
    container.dump(f"petbase_sent.{NAME}")
    container.app("young", "CREATE TABLE t (x int); INSERT INTO t VALUES (1)")
    container.sql("INSERT INTO t VALUES ('pear')", role="fruits")
    migration = threading.Thread(target=lambda: container.sql("ALTER TABLE t ADD y int", role="young"))

    def migrates() -> None:
        migration.start()
        while not container.value(WAITING):
            time.sleep(0.01)

    monkeypatch.setattr(dump_schemas, "DUMP_LIMIT", ("--lock-wait-timeout", "200ms"))
    monkeypatch.setattr(container.runner, "run", before_the_copy(container, migrates))
    done = container.run(RunRestore(SERVICE, NAME, dump="postgres-db-2026-11-22-03-00-01.tgz"))
    migration.join(10)
    assert done["one_by_one"] is True
    assert container.sql("TABLE t", role="fruits") == [("apple",)]
    assert container.sql("TABLE t", role="young") == [(1, None)]
