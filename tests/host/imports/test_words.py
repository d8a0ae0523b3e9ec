"""What docker is told, word by word: a foreign dump runs where it can reach nothing."""

import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from host.core.host import Host
from host.imports.client import Client, unreachable
from host.postgres.psql import SqlError
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


def client(host: Host, url: str, certificates: str = "", ours: int = 18) -> Client:
    return Client.of(host, "db", url, certificates, ours)


def written(script: str, stdin: str) -> dict[str, str]:
    """What a shell script leaves in /tmp, which is another folder here."""
    with TemporaryDirectory() as folder:
        subprocess.run(
            ["sh", "-c", script.replace("/tmp/petbase_", f"{folder}/petbase_")], input=stdin, text=True, check=True
        )
        files = Path(folder).iterdir()
        return {one.name: one.read_text().replace(f"{folder}/", "/tmp/") for one in files}


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
    lines = service.part(
        _use, {"docker logs": lambda: next(logs), "docker inspect": "true", "docker exec --interactive": "1"}
    )
    assert lines.count("docker logs petbase.import.db") == 3


def test_one_that_does_not_start_says_so_and_leaves_none(service: Recorder) -> None:
    found = service.fails(_use, {"docker logs": "FATAL:  no space", "docker inspect": "false"})
    assert found == (
        "the PostgreSQL to load the source into does not start; nothing was changed. Look at: docker ps --all, df "
        "--human-readable"
    )
    assert service.runner.lines[-1] == REMOVE
    assert service.runner.lines.count("docker logs petbase.import.db") == 1


def test_a_source_is_asked_with_its_password_on_standard_input_only(service: Recorder) -> None:
    def ask(host: Host) -> None:
        client(host, "postgres://me:s3cret@far.example.com:5433/shop?sslmode=require").json("SELECT 1")

    (line,) = service.part(ask, {"docker run": "1"})
    assert line.startswith(
        "docker run --rm --interactive --log-driver none --network host --entrypoint sh --name "
        "petbase.source.db --pids-limit 64 --memory 128m postgres:18.4 -c "
    )
    assert line.endswith("--command 'BEGIN TRANSACTION READ ONLY' --command 'SELECT 1'")
    assert "s3cret" not in line
    assert service.runner.environments == [{}]
    assert service.runner.calls[0][1] == (
        "s3cret\n\nconnect_timeout=20\nkeepalives_idle=30\nkeepalives_interval=10\nkeepalives_count=6\n"
        "host=far.example.com\nuser=me\nport=5433\ndbname=shop\nsslmode=require\n"
    )


def test_certificates_come_on_standard_input_and_become_files_of_that_container(service: Recorder) -> None:
    url = "postgres://me@[2001:db8::1]/shop?sslmode=verify-ca&sslrootcert=ca.pem&options=endpoint%3Dep-cool-1"

    def ask(host: Host) -> None:
        client(host, url, '{"sslrootcert": "-----BEGIN …"}').json("SELECT 1")

    (line,) = service.part(ask, {"docker run": "1"})
    text = service.runner.calls[0][1]
    assert text.startswith("\nsslrootcert LS0tLS1CRUdJTiDigKY=\n\nconnect_timeout=20\n")
    assert text.endswith("host=2001:db8::1\nuser=me\ndbname=shop\nsslmode=verify-ca\noptions=endpoint=ep-cool-1\n")
    words = shlex.split(line)
    assert written(words[words.index("-c") + 1].replace('exec "$@"', ""), text)["petbase_source"] == (
        "[source]\nsslrootcert=/tmp/petbase_sslrootcert\n" + text.partition("\n\n")[2]
    )


def test_the_systems_own_certificates_are_the_servers(service: Recorder) -> None:
    service.put("/etc/ssl/certs/ca-certificates.crt", "the authorities\n")
    found: list[Client] = []
    service.part(lambda host: found.append(client(host, "postgres://me@db/shop?sslrootcert=system", ours=15)))
    assert found[0].certificates == {"sslrootcert": "the authorities\n"}
    assert found[0].settings["sslmode"] == "verify-full"


def test_a_parameter_that_the_services_programs_do_not_know_is_named(service: Recorder) -> None:
    url = "postgres://me@db/shop?sslnegotiation=direct"
    assert service.fails(lambda host: client(host, url, ours=16)) == (
        "the URL has sslnegotiation, which PostgreSQL 16 does not know; nothing was done. Remove it"
    )


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "FATAL:  unsupported startup parameter: options",
            "That is a connection pooler (PgBouncer), which takes no options: use the host and port of the database "
            "itself, or leave options= out of the URL",
        ),
        (
            'root certificate file "/root/.postgresql/root.crt" does not exist',
            "Add the source's authority to the URL: sslrootcert=FILE, a file of your machine, or sslrootcert=system "
            "for a public one",
        ),
    ],
)
def test_a_source_that_is_not_reached_has_its_way_out(said: str, advice: str) -> None:
    problem = unreachable(SqlError("", f"psql: error: {said}\n", 2))
    assert str(problem) == f"the source cannot be read: {said}; nothing was changed. {advice}"
