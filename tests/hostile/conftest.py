from collections.abc import Iterator

import pytest

from tests.examples import postgres
from tests.host.container import SERVICE, Container
from tests.hostile.app import Hostile


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """A hostile app and its neighbour in a PostgreSQL 18 of a file's own. It hides nothing yet."""
    cluster = postgres.start(tmp_path_factory.mktemp("hostile"), socket_asks="trust")
    container = Container.of(cluster, tmp_path_factory.mktemp("server"))
    # Its sessions are the superuser's, and PostgreSQL itself restricts them; what is asked here is what verbs do.
    container.sql("ALTER SYSTEM SET autovacuum = off", "postgres")
    container.sql("SELECT pg_reload_conf()", "postgres")
    container.sql(f'CREATE DATABASE "{SERVICE}"', "postgres")
    container.sql(f'REVOKE ALL ON DATABASE "{SERVICE}" FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC')
    yield Hostile.of(container, tmp_path_factory.mktemp("escape"))
    cluster.stop()
