from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import postgres
from tests.host.container import SERVICE, Container
from tests.host.postgres import real
from tests.host.postgres.real import Database
from tests.host.recorder import Recorder


@pytest.fixture
def server(tmp_path: Path) -> Recorder:
    """A recorded server of the stack `prod`."""
    found = Recorder(tmp_path)
    # Commands ask how full its disk is.
    found.file("/var/lib/dokku").mkdir(parents=True)
    return found


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A PostgreSQL 18."""
    server = postgres.start(tmp_path_factory.mktemp("cluster"), settings={"max_prepared_transactions": "2"})
    yield server
    server.stop()


@pytest.fixture
def database(cluster: postgres.Postgres, tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own; the roles that it makes go with it."""
    found = real.database(cluster, "db", tmp_path)
    yield found
    real.drop(found)


@pytest.fixture(scope="session")
def container_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Postgres]:
    """A PostgreSQL 18 whose socket asks for nothing."""
    started = postgres.start(
        tmp_path_factory.mktemp("container"), socket_asks="trust", settings={"max_prepared_transactions": "2"}
    )
    yield started
    started.stop()


@pytest.fixture
def container(container_cluster: postgres.Postgres, tmp_path: Path) -> Iterator[Container]:
    """A service's container with a new, empty database; what a test makes there goes with it."""
    found = Container.of(container_cluster, tmp_path)
    found.clear()
    found.sql(f'CREATE DATABASE "{SERVICE}"', "postgres")
    found.sql(f'REVOKE ALL ON DATABASE "{SERVICE}" FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC')
    yield found
    found.clear()
