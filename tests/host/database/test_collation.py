"""Another image may sort texts in another order: each such database is reindexed, once."""

import json
from collections.abc import Iterator

from host.database.ensure import EnsureDatabase
from host.programs.runner import Answer
from tests.host.database.service import ASKS, ASKS_POSTGRES, PRESENT, put_owner, put_service
from tests.host.recorder import Recorder

DB = EnsureDatabase("db", version="18.4")
SORTED = json.dumps([["db", "2.36", "2.41"], ["postgres", "2.36", "2.41"]]) + "\n"


def test_each_database_that_was_sorted_otherwise_is_reindexed(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    said = iter([SORTED, ""])
    server.run(DB, PRESENT, {ASKS_POSTGRES: lambda: next(said)})
    assert server.runner.lines[-4:] == [ASKS_POSTGRES, ASKS, ASKS_POSTGRES, ASKS]
    reindexed = [text for line, text in server.runner.calls if "REINDEX" in text]
    assert [text.splitlines()[:2] for text in reindexed] == [
        ["\\set name 'db'", 'REINDEX DATABASE :"name";'],
        ["\\set name 'postgres'", 'REINDEX DATABASE :"name";'],
    ]
    assert server.printed.splitlines() == [
        "db: this image sorts texts by collation version 2.41, and db was sorted by 2.36; rebuilding its indexes, "
        "writes wait meanwhile",
        "db: this image sorts texts by collation version 2.41, and postgres was sorted by 2.36; rebuilding its "
        "indexes, writes wait meanwhile",
        "db: PostgreSQL 18.4 answers",
    ]


def test_a_reindex_that_fails_is_said_and_begun_again(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    locked = Answer(3, "", "psql:<stdin>:2: ERROR:  deadlock detected\n")
    said: Iterator[str | Answer] = iter(["1\n", locked])
    assert server.fails(DB, PRESENT, {ASKS_POSTGRES: SORTED, ASKS: lambda: next(said)}) == (
        "db: the indexes of db were not rebuilt (deadlock detected), and queries may miss rows until they are. Run "
        "pulumi up again"
    )
