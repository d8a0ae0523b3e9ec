"""What docker is told, word by word: a foreign dump runs where it can reach nothing."""

import pytest

from host.core.host import Host
from host.imports.client import Client
from host.staging.container import staging
from tests.host.recorder import Recorder

READY = {"docker logs": "LOG:  database system is ready to accept connections"}
REMOVE = "docker rm --force --volumes petbase.import.db petbase.source.db"
START = (
    "docker run --detach --name petbase.import.db --network none --user postgres --cap-drop ALL --security-opt "
    "no-new-privileges --pids-limit 256 --memory 1g --env POSTGRES_HOST_AUTH_METHOD=trust postgres:18.4 -c fsync=off "
    "-c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c lc_messages=C -c "
    "max_locks_per_transaction=1024 -c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=0"
)


@pytest.fixture
def service(server: Recorder) -> Recorder:
    server.put("/var/lib/dokku/services/postgres/db/IMAGE_VERSION", "18.4\n")
    return server


def _use(host: Host) -> None:
    with staging(host, "db"):
        pass


def test_the_container_has_no_network_no_capability_and_no_file_of_the_server(service: Recorder) -> None:
    psql = "docker exec --interactive"
    lines = service.part(_use, READY, {psql: "1"})
    assert lines[:3] == [REMOVE, START, "docker logs petbase.import.db"]
    assert lines[-1] == REMOVE
    assert not [word for word in START.split() if word in ("--volume", "-v", "--privileged", "--mount", "--env-file")]


def test_it_is_not_taken_for_ready_while_the_image_makes_its_cluster(service: Recorder) -> None:
    making = "The files belonging to this database system …\nLOG:  database system is ready to accept connections\n"
    made = making + "PostgreSQL init process complete; ready for start up.\n"
    ready = made + "LOG:  database system is ready to accept connections\n"
    logs = iter([making, made, ready])
    lines = service.part(_use, {"docker logs": lambda: next(logs), "docker exec --interactive": "1"})
    assert lines.count("docker logs petbase.import.db") == 3


def test_one_that_does_not_start_says_so_and_leaves_none(service: Recorder) -> None:
    found = service.fails(_use, {"docker logs": "FATAL:  no space"})
    assert found == (
        "the PostgreSQL to load the source into does not start; nothing was changed. Look at: docker ps --all, df "
        "--human-readable"
    )
    assert service.runner.lines[-1] == REMOVE


def test_a_source_is_asked_with_its_password_on_standard_input_only(service: Recorder) -> None:
    def ask(host: Host) -> None:
        Client.of(host, "db", "postgres://me:s3cret@far.example.com:5433/shop?sslmode=require").json("SELECT 1")

    (line,) = service.part(ask, {"docker run": "1"})
    assert line.startswith(
        "docker run --rm --interactive --log-driver none --network host --entrypoint sh --name "
        "petbase.source.db --pids-limit 64 --memory 128m postgres:18.4 -c "
    )
    assert line.endswith("--command 'BEGIN TRANSACTION READ ONLY' --command 'SELECT 1'")
    assert "s3cret" not in line
    assert service.runner.environments == [{}]
    assert service.runner.calls[0][1] == (
        "s3cret\n[source]\nconnect_timeout=20\nkeepalives_idle=30\nkeepalives_interval=10\nkeepalives_count=6\nhost=far.example.com\nuser=me\nport=5433\ndbname=shop\nsslmode=require\n"
    )
