from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import postgres
from tests.operate.imports.elsewhere import Elsewhere


@pytest.fixture(scope="module")
def server_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A PostgreSQL 16 of the user's, which Petbase does not manage."""
    started = postgres.start(tmp_path_factory.mktemp("elsewhere"), major=16)
    yield started
    started.stop()


@pytest.fixture
def elsewhere(server_elsewhere: postgres.Postgres, tmp_path: Path) -> Iterator[Elsewhere]:
    """The database `shop` there, with two items."""
    server_elsewhere.run("CREATE DATABASE shop")
    found = Elsewhere(server_elsewhere, tmp_path)
    found.sql(
        "CREATE TABLE items (id serial PRIMARY KEY, name text); INSERT INTO items (name) VALUES ('kiwi'), ('fig')"
    )
    yield found
    server_elsewhere.run("DROP DATABASE shop WITH (FORCE)")
