"""The shared service: made once, well when a query answers, repaired only when nothing can be in it."""

import pytest

from host.core.command import words
from host.database.ensure import EnsureDatabase
from host.programs.runner import Answer
from tests.host.database.service import (
    ABSENT,
    ASKS,
    ASKS_POSTGRES,
    PRESENT,
    RESERVE,
    ROOT,
    WELL,
    owner,
    put_owner,
    put_service,
    trial,
)
from tests.host.recorder import Answers, Recorder

DB = EnsureDatabase("db", version="18.4")
READS = ["--quiet apps:list", "--quiet postgres:list"]
STOPPED: Answers = {"docker exec petbase.trial.db": Answer(1), "docker inspect": "false\n"}
CREATE = f"postgres:create db --image-version 18.4 --config-options '{RESERVE}'"


def test_a_service_is_created_with_its_version_and_queried(server: Recorder) -> None:
    put_service(server)
    assert server.run(DB, ABSENT) == [*READS, CREATE, *WELL]
    assert owner(server) == '{"how": "made", "stack": "prod"}\n'
    assert server.printed == "db: creating PostgreSQL 18.4\ndb: PostgreSQL 18.4 answers\n"


def test_a_service_that_is_as_declared_gets_no_verb_that_writes(server: Recorder) -> None:
    put_service(server)
    server.run(DB, ABSENT)
    assert server.run(DB, PRESENT) == [*READS, *WELL]
    assert server.printed == "db: PostgreSQL 18.4 answers\n"


def test_settings_are_tried_and_then_given_whole_at_creation(server: Recorder) -> None:
    options = f"{RESERVE} -c max_connections=50 -c work_mem=8MB"
    put_service(server, options=options, memory="512")
    tuned = EnsureDatabase("db", version="18.4", config={"work_mem": "8MB", "max_connections": "50"}, memory_mb=512)
    assert server.run(tuned, ABSENT) == [
        *READS,
        *trial(options, before="--memory 512m"),
        f"postgres:create db --image-version 18.4 --config-options '{options}' --memory 512",
        *WELL,
    ]


def test_a_running_service_gets_its_reserve_when_it_restarts_anyway(server: Recorder) -> None:
    """PostgreSQL takes it at its start only, and nothing that Petbase adds is a reason to stop a database."""
    put_service(server, options="-c work_mem=8MB")
    put_owner(server, "made")
    tuned = EnsureDatabase("db", version="18.4", config={"work_mem": "8MB"})
    assert server.run(tuned, PRESENT) == [*READS, *WELL]
    server.run(EnsureDatabase("db", version="18.4", config={"work_mem": "9MB"}), PRESENT)
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{RESERVE} -c work_mem=9MB\n"


@pytest.mark.parametrize(
    ("version", "config", "options"),
    [
        ("15.18", {}, ""),
        ("18.4", {"reserved_connections": "2"}, "-c reserved_connections=2"),
        ("18.4", {"superuser_reserved_connections": "9"}, f"{RESERVE} -c superuser_reserved_connections=9"),
    ],
)
def test_the_reserve_is_what_the_stack_file_says_where_postgres_has_one(
    server: Recorder, version: str, config: dict[str, str], options: str
) -> None:
    put_service(server, version=version, options=options)
    made = f"postgres:create db --image-version {version}" + (f" --config-options '{options}'" if options else "")
    assert made in server.run(EnsureDatabase("db", version=version, config=config), ABSENT)
    assert server.run(EnsureDatabase("db", version=version, config=config), PRESENT) == [*READS, *WELL]


def test_settings_that_would_not_start_make_nothing(server: Recorder) -> None:
    odd = EnsureDatabase("db", version="18.4", config={"no_such": "1"})
    assert server.fails(odd, ABSENT, STOPPED) == (
        "PostgreSQL 18.4 does not start with -c reserved_connections=7 -c no_such=1, so db was not changed. Correct "
        "database.config or database.memory-mb in the stack file"
    )
    assert "postgres:create" not in " ".join(server.runner.lines)
    assert owner(server) == ""


def test_a_setting_that_is_no_word_is_refused(server: Recorder) -> None:
    odd = EnsureDatabase("db", version="18.4", config={"search_path": "a b"})
    assert server.fails(odd) == ("--config search_path=a b: letters, digits, dots, hyphens and underscores only")
    assert server.runner.lines == []


def test_the_words_hold_only_what_is_declared() -> None:
    assert words(DB) == ["database", "ensure", "db", "--version", "18.4"]
    tuned = EnsureDatabase("db", version="18.4", config={"work_mem": "8MB"}, memory_mb=512, settings_declared=True)
    assert words(tuned) == [
        *("database", "ensure", "db", "--version", "18.4", "--config", "work_mem=8MB", "--memory-mb", "512"),
        "--settings-declared",
    ]


def test_a_stopped_service_is_started(server: Recorder) -> None:
    put_service(server)
    assert server.run(DB, PRESENT, {"postgres:info db --status": "exited\n"}) == [
        *READS,
        "postgres:info db --status",
        "postgres:start db",
        *WELL[1:],
    ]


@pytest.mark.parametrize("cluster", [False, True])
def test_a_creation_that_was_cut_off_is_begun_again(server: Recorder, cluster: bool) -> None:
    put_service(server)
    server.fails(DB, ABSENT, {"postgres:create db": Answer(1)})
    assert owner(server) == '{"how": "making", "stack": "prod"}\n'
    if cluster:
        server.put(f"{ROOT}/data/18/docker/PG_VERSION", "18\n")
    looks = ["postgres:info db --status", ASKS_POSTGRES] if cluster else []
    assert server.run(DB, PRESENT, {ASKS_POSTGRES: "0\n"}) == [
        *READS,
        *looks,
        "postgres:destroy db --force",
        CREATE,
        *WELL,
    ]
    assert owner(server) == '{"how": "made", "stack": "prod"}\n'


def test_a_half_made_service_with_a_table_is_never_destroyed(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "making")
    server.put(f"{ROOT}/data/18/docker/PG_VERSION", "18\n")
    said = iter(["1\n", ""])
    lines = server.run(DB, PRESENT, {ASKS_POSTGRES: lambda: next(said)})
    assert "postgres:destroy db --force" not in lines
    assert owner(server) == '{"how": "made", "stack": "prod"}\n'


def test_a_half_made_service_that_cannot_be_queried_is_left_alone(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "making")
    server.put(f"{ROOT}/data/18/docker/PG_VERSION", "18\n")
    assert server.fails(DB, PRESENT, {ASKS_POSTGRES: Answer(1)}) == (
        "db is half made and cannot be queried, so it was left alone. Look at: dokku postgres:logs db"
    )
    assert server.runner.lines == [*READS, "postgres:info db --status", ASKS_POSTGRES]


def test_a_completed_service_without_an_answer_is_never_destroyed(server: Recorder) -> None:
    put_service(server)
    server.run(DB, ABSENT)
    recovers = Answer(2, "", "psql: error: FATAL:  the database system is in recovery\n")
    assert server.fails(DB, PRESENT, {ASKS: recovers}) == (
        "db does not answer a query (psql: error: FATAL:  the database system is in recovery); its data was not "
        "touched. Look at: dokku postgres:logs db"
    )
    assert server.runner.lines == [*READS, "postgres:info db --status", *[ASKS] * 30]


def test_a_warning_at_every_connection_is_no_missing_answer(server: Recorder) -> None:
    put_service(server)
    warns = 'WARNING:  database "db" has a collation version mismatch\n'
    assert server.run(DB, PRESENT, {ASKS: Answer(0, "1\n", warns)}) == [*READS, *WELL]


def test_a_found_service_is_noted_as_found(server: Recorder) -> None:
    put_service(server)
    server.run(DB, PRESENT)
    assert owner(server) == '{"how": "found", "stack": "prod"}\n'
    assert server.printed == "db: was here already, stays\ndb: PostgreSQL 18.4 answers\n"


def test_another_stacks_service_is_refused(server: Recorder) -> None:
    put_owner(server, "made", stack="staging")
    assert server.fails(DB, PRESENT) == (
        "the service db belongs to the stack staging, not to prod; nothing was changed. To hand it over, run on the "
        f"server: rm {server.file('/var/lib/petbase/services/db/owner.json')}"
    )
    assert server.runner.lines == []


def test_a_default_version_upgrades_nothing(server: Recorder) -> None:
    put_service(server, version="18.3")
    assert server.run(DB, PRESENT) == [*READS, *WELL]
    assert server.printed.splitlines()[-2:] == [
        'db: PostgreSQL 18.3 stays; Petbase\'s default is 18.4. To upgrade, write database.version: "18.4"',
        "db: PostgreSQL 18.3 answers",
    ]


def test_a_default_of_another_major_upgrades_nothing_either(server: Recorder) -> None:
    put_service(server, version="17.9")
    put_owner(server, "made")
    server.run(DB, PRESENT)
    assert server.printed.splitlines()[-2:] == [
        "db: PostgreSQL 17.9 stays; Petbase's default is 18.4. To upgrade, run: ./petbase upgrade-database 18.4",
        "db: PostgreSQL 17.9 answers",
    ]


def test_an_older_minor_is_refused(server: Recorder) -> None:
    put_service(server, version="18.10")
    assert server.fails(EnsureDatabase("db", version="18.4", version_declared=True), PRESENT) == (
        "db runs PostgreSQL 18.10 and the stack file says 18.4, which may not read its data; nothing was changed. "
        'Write database.version: "18.10"'
    )
    assert server.runner.lines == READS


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "of a service that was found"])
def test_another_major_is_refused_and_nothing_is_touched(server: Recorder, declared: bool) -> None:
    put_service(server, version="17.9")
    put_owner(server, "made" if declared else "found")
    assert server.fails(EnsureDatabase("db", version="18.4", version_declared=declared), PRESENT) == (
        "db runs PostgreSQL 17.9 and the stack file says 18.4, another major version; nothing was changed. Write "
        'database.version: "17.9", and for a later one then: ./petbase upgrade-database 18.4'
    )
    assert server.runner.lines == READS


def test_a_sick_plugin_is_no_absent_service(server: Recorder) -> None:
    assert server.fails(DB, {"--quiet postgres:list": Answer(1)}) == (
        "the plugin does not answer (dokku postgres:list); nothing was changed"
    )
    assert server.runner.lines == READS
