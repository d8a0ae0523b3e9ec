from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import postgres
from tests.host.container import SERVICE, Container


@pytest.fixture(scope="session")
def container_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A PostgreSQL 18 whose socket asks for nothing."""
    started = postgres.start(tmp_path_factory.mktemp("container"), socket_asks="trust")
    yield started
    started.stop()


@pytest.fixture
def container(container_cluster: postgres.Postgres, tmp_path: Path) -> Iterator[Container]:
    """A service's container with an empty database of its own; what a test makes there goes with it."""
    found = Container.of(container_cluster, tmp_path)
    found.clear()
    found.sql(f'CREATE DATABASE "{SERVICE}"', "postgres")
    found.sql(f'REVOKE ALL ON DATABASE "{SERVICE}" FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC')
    yield found
    found.clear()
