from collections.abc import Iterator

import pytest

from tests.examples import postgres
from tests.examples.postgres import Postgres
from tests.host.container import Container
from tests.host.imports.staged import Importer, StagingRunner, clear


@pytest.fixture(scope="session")
def staging_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    started = postgres.start(tmp_path_factory.mktemp("staging"), socket_asks="trust")
    yield started
    started.stop()


@pytest.fixture
def importer(container: Container, staging_cluster: Postgres, cluster: Postgres) -> Iterator[Importer]:
    """The app fruits with one table, and an empty database `shop` on a server elsewhere."""
    old = container.runner
    container.runner = container.host.runner = StagingRunner(old.server, old.tmp, scratch=staging_cluster)
    folder = container.host.path("/var/lib/dokku/services/postgres/db")
    (folder / "IMAGE_VERSION").write_text("18.4\n")
    container.app("fruits", "CREATE TABLE old (name text); INSERT INTO old VALUES ('pear')")
    clear(cluster)
    cluster.run("CREATE DATABASE shop")
    yield Importer(container, cluster)
    clear(staging_cluster)
    clear(cluster)
