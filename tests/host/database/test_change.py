"""Other settings and minor versions: tried first, given whole, and taken back where the service does not answer."""

from collections.abc import Callable

import pytest

from host.database.ensure import EnsureDatabase
from host.programs.runner import Answer
from tests.host.database.service import (
    ASKS,
    ASKS_POSTGRES,
    PRESENT,
    RESERVE,
    ROOT,
    WELL,
    put_dumps,
    put_owner,
    put_service,
    trial,
)
from tests.host.recorder import Answers, Recorder

NEWER = EnsureDatabase("db", version="18.4", version_declared=True)
TUNED = EnsureDatabase("db", version="18.4", config={"max_connections": "50"}, settings_declared=True)
OPTIONS = f"{RESERVE} -c max_connections=50"
READS = ["--quiet apps:list", "--quiet postgres:list"]
STOPPED: Answers = {"docker exec petbase.trial.db": Answer(1), "docker inspect": "false\n"}
CHANGE = "/var/lib/petbase/services/db/change.json"
ADDRESS = (
    "docker inspect --type container --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "
    "dokku.postgres.db"
)
SCHEDULE = "postgres:backup-schedule-cat db"
LOG = "docker logs --tail 6 dokku.postgres.db"
SILENT = Answer(2, "", "psql: error: connection refused\n")


def test_new_settings_are_tried_and_restart_the_service_once(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    assert server.run(TUNED, PRESENT) == [*READS, *trial(OPTIONS), ADDRESS, "postgres:stop db", *WELL, ADDRESS]
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{OPTIONS}\n"
    assert not server.file(CHANGE).exists()
    assert server.run(TUNED, PRESENT) == [*READS, *WELL]


def test_a_limit_of_memory_comes_and_goes(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    server.run(EnsureDatabase("db", version="18.4", memory_mb=512), PRESENT)
    assert server.file(f"{ROOT}/SERVICE_MEMORY").read_text() == "512\n"
    server.run(EnsureDatabase("db", version="18.4"), PRESENT)
    assert not server.file(f"{ROOT}/SERVICE_MEMORY").exists()


def test_settings_that_would_not_start_leave_the_service_alone(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    assert server.fails(TUNED, PRESENT, STOPPED) == (
        f"PostgreSQL 18.4 does not start with {OPTIONS}, so db was not changed. Correct database.config or "
        "database.memory-mb in the stack file"
    )
    assert server.runner.lines == [
        *READS,
        *trial(OPTIONS)[:3],
        "docker inspect --type container --format '{{.State.Running}}' petbase.trial.db",
        "docker logs --tail 6 petbase.trial.db",
        "docker rm --force --volumes petbase.trial.db",
    ]
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "\n"


def test_a_trial_has_the_variables_of_the_service(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    server.put(f"{ROOT}/ENV", "TZ=Europe/Berlin\n")
    before = f"--env-file {server.file(ROOT)}/ENV"
    assert server.run(TUNED, PRESENT)[2:6] == trial(OPTIONS, before=before)


def answers_with(server: Recorder, options: str) -> Callable[[], str | Answer]:
    """What psql prints: the service answers with these options only."""
    return lambda: "1\n" if server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{options}\n" else SILENT


def test_settings_with_which_the_service_does_not_answer_are_taken_back(server: Recorder) -> None:
    """Pulumi sees no difference once the line is out again, so the way back cannot be another run."""
    put_service(server, options="-c work_mem=8MB")
    put_owner(server, "made")
    said = {LOG: "FATAL:  could not create any TCP/IP sockets\n"}
    assert server.fails(TUNED, PRESENT, said, {ASKS: answers_with(server, "-c work_mem=8MB")}) == (
        "db did not answer after the change, so it is as before again and answers. In the stack file, correct "
        "database.config"
    )
    assert server.runner.lines == [
        *READS,
        *trial(OPTIONS),
        ADDRESS,
        "postgres:stop db",
        "postgres:info db --status",
        *[ASKS] * 30,
        LOG,
        "postgres:stop db",
        "postgres:info db --status",
        ASKS,
        ADDRESS,
    ]
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "-c work_mem=8MB\n"
    assert not server.file(CHANGE).exists()


def test_a_start_that_fails_is_taken_back_too(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    missing: Answers = {
        "postgres:info db --status": "missing\n",
        "postgres:start db": lambda: "" if server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "\n" else Answer(1),
    }
    assert server.fails(TUNED, PRESENT, missing).startswith("db did not answer after the change, so it is as before")
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "\n"


def test_where_neither_answers_the_old_settings_are_in_place(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    assert server.fails(TUNED, PRESENT, {ASKS: SILENT}) == (
        "db answers neither after the change nor with what was before, which is in place again; its data was not "
        "touched. Look at: dokku postgres:logs db"
    )
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "\n"
    assert server.run(TUNED, PRESENT)[-4:] == [ASKS, ASKS_POSTGRES, ASKS, ADDRESS]
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{OPTIONS}\n"


def test_a_change_that_was_cut_off_is_taken_back_by_the_next_run(server: Recorder) -> None:
    """Killed behind the start, the new settings are those on the disk, and nothing differs any more."""
    put_service(server)
    put_owner(server, "made")

    def killed() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        server.run(TUNED, PRESENT, {ASKS: killed})
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{OPTIONS}\n"
    assert server.fails(TUNED, PRESENT, {ASKS: answers_with(server, "")}).endswith("correct database.config")
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "\n"


def test_settings_are_written_behind_the_stop_so_that_a_run_that_was_cut_off_begins_again(server: Recorder) -> None:
    put_service(server)
    put_owner(server, "made")
    assert server.fails(TUNED, PRESENT, {"postgres:stop": Answer(1)}) == (
        "dokku postgres:stop db failed with exit code 1"
    )
    assert "postgres:stop db" in server.run(TUNED, PRESENT)


def test_a_minor_upgrade_comes_behind_a_dump_and_gives_every_option_again(server: Recorder) -> None:
    """`upgrade` erases --config-options and --custom-env unless they are given again (contract, record 692)."""
    put_service(server, options=OPTIONS)
    put_owner(server, "made")
    schedule = put_dumps(server, variables="TZ=Europe/Berlin\nPGTZ=UTC\n")
    newer = EnsureDatabase("db", version="18.6", config={"max_connections": "50"}, version_declared=True)
    before = f"--env-file {server.file(ROOT)}/ENV"
    assert server.run(newer, PRESENT, schedule, upgraded(server, "18.6", OPTIONS)) == [
        *READS,
        SCHEDULE,
        *trial(OPTIONS, image="postgres:18.6", before=before),
        "postgres:info db --status",
        ASKS,
        SCHEDULE,
        "postgres:backup db b/prod",
        ADDRESS,
        f"postgres:upgrade db --image-version 18.6 --config-options '{OPTIONS}' "
        "--custom-env 'TZ=Europe/Berlin;PGTZ=UTC'",
        *WELL,
        ADDRESS,
    ]
    assert server.run(newer, PRESENT) == [*READS, *WELL]


def upgraded(server: Recorder, version: str, options: str = "") -> Answers:
    """What the plugin writes during `upgrade`."""

    def write() -> str:
        put_service(server, version=version, options=options)
        return ""

    return {f"postgres:upgrade db --image-version {version}": write}


def test_a_minor_upgrade_without_options_and_variables_gives_none(server: Recorder) -> None:
    put_service(server, version="18.3")
    put_owner(server, "made")
    schedule = put_dumps(server, variables="\n")
    lines = server.run(NEWER, PRESENT, schedule, upgraded(server, "18.4", RESERVE))
    assert f"postgres:upgrade db --image-version 18.4 --config-options '{RESERVE}'" in lines


def test_a_minor_upgrade_stays_with_the_image_that_was_found(server: Recorder) -> None:
    """`upgrade` takes the plugin's own unless another is named (contract, record 429)."""
    put_service(server, version="18.3")
    put_owner(server, "made")
    server.put(f"{ROOT}/IMAGE", "mine/postgres\n")
    schedule = put_dumps(server)
    lines = server.run(NEWER, PRESENT, schedule)
    options = f"--config-options '{RESERVE}'"
    assert f"postgres:upgrade db --image mine/postgres --image-version 18.4 {options}" in lines
    assert trial(RESERVE, image="mine/postgres:18.4")[1] in lines


def test_a_minor_version_that_does_not_answer_is_taken_back(server: Recorder) -> None:
    put_service(server, version="18.3")
    put_owner(server, "made")

    def answer() -> str | Answer:
        return "1\n" if server.file(f"{ROOT}/IMAGE_VERSION").read_text() == "18.3" else SILENT

    writes = {**upgraded(server, "18.4"), **upgraded(server, "18.3")}
    assert server.fails(NEWER, PRESENT, put_dumps(server), writes, {ASKS: answer}) == (
        "db did not answer after the change, so it is as before again and answers. In the stack file, correct "
        "database.version"
    )
    assert server.file(f"{ROOT}/IMAGE_VERSION").read_text() == "18.3"


def test_no_dump_no_upgrade(server: Recorder) -> None:
    put_service(server, version="18.3")
    put_owner(server, "made")
    none = (
        'db has no dumps yet, and one comes before an upgrade; nothing was changed. Write database.version: "18.3", '
        "run pulumi up, and raise it then"
    )
    assert server.fails(NEWER, PRESENT, {SCHEDULE: Answer(1)}) == none
    assert server.runner.lines == READS
    schedule = put_dumps(server)
    assert server.fails(NEWER, PRESENT, {SCHEDULE: Answer(1)}) == none
    away = {"postgres:backup db b/prod": Answer(1, "the store is away\n")}
    assert server.fails(NEWER, PRESENT, schedule, away) == "dokku postgres:backup db b/prod failed with exit code 1"
    assert server.runner.lines[-1] == "postgres:backup db b/prod"


def test_a_version_without_an_image_makes_no_dump(server: Recorder) -> None:
    put_service(server, version="18.3")
    put_owner(server, "made")
    missing = {"docker run": Answer(125, "", "docker: manifest unknown\n")}
    assert server.fails(NEWER, PRESENT, put_dumps(server), missing) == (
        "Docker does not start a container of postgres:18.4; db was not changed. Name a version that has an image: "
        "https://hub.docker.com/_/postgres"
    )
    assert "postgres:backup db b/prod" not in server.runner.lines


def test_a_variable_that_cannot_be_given_again_is_not_lost(server: Recorder) -> None:
    put_service(server, version="18.3")
    put_owner(server, "made")
    assert server.fails(NEWER, PRESENT, put_dumps(server, variables="ODD=a;b\n")) == (
        "db has a variable with a semicolon, which dokku postgres:upgrade cannot be given again; nothing was changed. "
        'Write database.version: "18.3"'
    )
    assert server.runner.lines == [*READS, SCHEDULE]


def test_a_found_service_keeps_the_settings_that_the_stack_file_does_not_say(server: Recorder) -> None:
    present = "-c work_mem=8MB -c max_connections=60"
    put_service(server, options=present, memory="512")
    assert server.run(EnsureDatabase("db", version="18.4"), PRESENT) == [*READS, *WELL]
    put_service(server, version="18.3", options=present, memory="512")
    lines = server.run(NEWER, PRESENT, put_dumps(server))
    assert f"postgres:upgrade db --image-version 18.4 --config-options '{present}'" in lines
    put_service(server, options=present, memory="512")
    assert "postgres:stop db" in server.run(TUNED, PRESENT)
    assert server.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{OPTIONS}\n"
