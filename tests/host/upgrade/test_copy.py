"""What a copy asks before it begins, and that a failure leaves nothing of it. tests/faults/database does one."""

import io
from pathlib import Path

import pytest

from host.core.errors import HostError
from host.core.host import Host
from host.core.output import Output
from host.programs.runner import Answer
from host.upgrade.copy import Copy
from host.upgrade.state import UpgradeState
from tests.host.database.service import ASKS_POSTGRES, ROOT, owner, put_owner, put_service, trial
from tests.host.recorder import INSIDE, PLAIN, Answers, Known, RecordedRunner, Recorder

QUIET = f"docker exec --interactive --env 'PGOPTIONS=-c session_replication_role=replica {PLAIN}' "
OPEN = f"{QUIET}dokku{ASKS_POSTGRES.partition(' dokku')[2]}"
LIVE = f"{INSIDE} psql"
CREATE = "postgres:create db-before-18 --image-version 18.4"
DESTROY = "postgres:destroy db-before-18 --force"
READY: dict[str, Known] = {"--quiet postgres:list": "db\n", OPEN: "1000\n"}
MADE: Answers = {"--quiet postgres:list": "db\ndb-before-18\n"}
BEGUN = UpgradeState("copying", "16.14", "18.4", 0)


def attempt(server: Recorder, *answers: Answers) -> str:
    """Copy, which must fail; its sentence."""
    known = {**READY, **{key: value for more in answers for key, value in more.items()}}
    server.runner = RecordedRunner(known)
    host = Host("prod", server.runner, Output(io.StringIO()), server.root, sleep=lambda _: None)
    with pytest.raises(HostError) as problem:
        Copy(host, "db", "db-before-18", "18.4").run(BEGUN)
    return str(problem.value)


@pytest.fixture
def service(server: Recorder) -> Recorder:
    put_service(server, version="16.14", options="-c max_connections=60", memory="512")
    server.file("/var/lib/dokku").mkdir(parents=True, exist_ok=True)
    return server


def test_the_old_data_of_an_earlier_upgrade_is_not_taken_away(service: Recorder) -> None:
    put_owner(service, "made", service="db-before-18")
    assert attempt(service, MADE) == (
        "db-before-18 is on this server already, from an upgrade before this; nothing was changed. To delete it: "
        "./petbase upgrade-database --drop-old"
    )
    # Whatever happened, no one is locked out of the database.
    assert service.runner.lines == ["--quiet postgres:list", OPEN]


def test_a_disk_without_room_is_said_before_anything_is_made(service: Recorder) -> None:
    assert attempt(service, {OPEN: "999999999999999\n"}).startswith("the server's disk has ")
    assert service.runner.lines == ["--quiet postgres:list", OPEN, OPEN]


def test_the_new_service_gets_settings_that_were_tried(service: Recorder) -> None:
    attempt(service, {CREATE: Answer(1)})
    options = "-c reserved_connections=7 -c max_connections=60"
    tried = trial(*options.split(), image="postgres:18.4", before="--memory 512m")
    assert service.runner.lines[3:8] == [*tried, f"{CREATE} --config-options '{options}' --memory 512"]


def test_settings_that_the_new_major_does_not_know_make_nothing(service: Recorder) -> None:
    stopped: Answers = {"docker exec petbase.trial.db": Answer(1), "docker inspect": "false\n"}
    assert attempt(service, stopped).startswith(
        "PostgreSQL 18.4 does not start with -c reserved_connections=7 -c max_connections=60 "
    )
    assert CREATE not in " ".join(service.runner.lines)


def test_a_service_that_cannot_be_made_is_taken_away(service: Recorder) -> None:
    lists = iter(["db\n", "db\ndb-before-18\n"])
    answers: Answers = {CREATE: Answer(1), "--quiet postgres:list": lambda: next(lists)}
    assert attempt(service, answers) == (
        "PostgreSQL 18.4 cannot be made on this server; nothing was changed. Look at: docker ps --all, df "
        "--human-readable"
    )
    assert service.runner.lines[-3:] == ["--quiet postgres:list", DESTROY, OPEN]
    assert owner(service, "db-before-18") == ""


def test_a_table_that_somebody_holds_leaves_nothing_of_the_new_one(service: Recorder) -> None:
    lists = iter(["db\n", "db\ndb-before-18\n"])
    held = Answer(3, "", "ERROR:  canceling statement due to lock timeout\n")
    answers: Answers = {LIVE: held, "--quiet postgres:list": lambda: next(lists)}
    assert attempt(service, answers) == (
        "db: another session held a lock for more than 30 seconds; run this again; db is as it was. First mend that, "
        "then run it again"
    )
    assert service.runner.lines[-3:] == ["--quiet postgres:list", DESTROY, OPEN]
    assert owner(service, "db-before-18") == ""
    assert not Path(service.file(f"{ROOT}-before-18")).exists()
