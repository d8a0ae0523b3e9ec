"""The shared service: made once, healthy when a query answers, repaired only when nothing can be in it."""

import pytest

from components.config.spec import Database
from components.dokku import lifecycle
from tests.components.dokku.recorder import Answer, Recorder

ROOT = "/var/lib/dokku/services/postgres/db"
DB = lifecycle.database("petbase/prod", Database())
NAMED = lifecycle.database("petbase/prod", Database(version="18.4"), "b")
PRESENT: dict[str, Answer] = {
    "--quiet postgres:list": (0, "db\n"),
    "postgres:info db --status": (0, "running\n"),
    "postgres:connect db": (0, "1\n"),
}
READS = ["--quiet apps:list", "--quiet postgres:list"]


spec = Database.model_validate


def on_disk(host: Recorder, version: str = "18.4", options: str = "", memory: str = "") -> None:
    root = host.file(ROOT)
    root.mkdir(parents=True, exist_ok=True)
    (root / "IMAGE_VERSION").write_text(version)
    (root / "CONFIG_OPTIONS").write_text(f"{options}\n")
    if memory:
        (root / "SERVICE_MEMORY").write_text(f"{memory}\n")


def with_dumps(host: Recorder, variables: str = "") -> None:
    (host.file(ROOT) / "ENV").write_text(variables)
    (host.file(ROOT) / "backup").mkdir()
    (host.file(ROOT) / "backup/AWS_ACCESS_KEY_ID").write_text("id\n")


def absent(host: Recorder) -> dict[str, Answer]:
    """The list is empty; what `create` would write is on the disk already, since nobody writes it here."""
    on_disk(host)
    return {**PRESENT, "--quiet postgres:list": (0, "")}


def test_a_service_is_created_with_its_version_and_queried(host: Recorder) -> None:
    assert host.run(DB.here, absent(host)) == [
        *READS,
        "--quiet postgres:list",
        "postgres:create db --image-version 18.4",
        "postgres:info db --status",
        "postgres:connect db",
    ]
    assert host.file("/var/lib/petbase/services/db").read_text() == "made petbase/prod\n"


def test_a_service_that_is_as_declared_gets_no_verb_that_writes(host: Recorder) -> None:
    host.run(DB.here, absent(host))
    assert host.run(DB.here, PRESENT) == [
        *READS,
        "--quiet postgres:list",
        "postgres:info db --status",
        "postgres:connect db",
    ]


def test_settings_are_given_whole_at_creation(host: Recorder) -> None:
    noun = lifecycle.database(
        "petbase/prod", spec({"memory-mb": 512, "config": {"work_mem": "8MB", "max_connections": 50}})
    )
    on_disk(host, options="-c max_connections=50 -c work_mem=8MB", memory="512")
    verbs = host.run(noun.here, {**PRESENT, "--quiet postgres:list": (0, "")})
    assert (
        "postgres:create db --image-version 18.4 --config-options -c max_connections=50 -c work_mem=8MB --memory 512"
        in verbs
    )


def test_a_minor_upgrade_gives_every_option_again(host: Recorder) -> None:
    """`upgrade` erases --config-options and --custom-env unless they are given again (contract, record 692)."""
    noun = lifecycle.database("petbase/prod", spec({"version": "18.6", "config": {"max_connections": 50}}), "b/prod")
    on_disk(host, options="-c max_connections=50")
    with_dumps(host, variables="TZ=Europe/Berlin\nPGTZ=UTC\n")
    verbs = host.run(noun.here, PRESENT)
    assert [verb for verb in verbs if verb.startswith(("postgres:backup", "postgres:upgrade"))] == [
        "postgres:backup db b/prod",
        "postgres:upgrade db --image-version 18.6 --config-options -c max_connections=50 "
        "--custom-env TZ=Europe/Berlin;PGTZ=UTC",
    ]


def test_a_minor_upgrade_without_options_and_variables_gives_none(host: Recorder) -> None:
    on_disk(host, version="18.3")
    with_dumps(host, variables="\n")
    assert "postgres:upgrade db --image-version 18.4" in host.run(NAMED.here, PRESENT)


def test_a_minor_upgrade_stays_with_the_image_that_was_found(host: Recorder) -> None:
    """`upgrade` takes the plugin's own unless another is named (contract, record 429)."""
    on_disk(host, version="18.3")
    (host.file(ROOT) / "IMAGE").write_text("mine/postgres\n")
    with_dumps(host)
    assert "postgres:upgrade db --image mine/postgres --image-version 18.4" in host.run(NAMED.here, PRESENT)
    (host.file(ROOT) / "IMAGE").write_text("postgres\n")
    assert "postgres:upgrade db --image-version 18.4" in host.run(NAMED.here, PRESENT)


def test_no_dump_no_upgrade(host: Recorder) -> None:
    on_disk(host, version="18.3")
    done = host.attempt(NAMED.here, PRESENT)
    assert done.stdout.splitlines()[-1] == (
        "db has no dumps yet, and one comes before an upgrade; nothing was changed. "
        'Write database.version: "18.3", run pulumi up, and raise it then'
    )
    with_dumps(host)
    done = host.attempt(NAMED.here, {**PRESENT, "postgres:backup db b": (1, "the store is away\n")})
    assert done.returncode == 1
    assert host.verbs[-1] == "postgres:backup db b"


def test_a_variable_that_cannot_be_given_again_is_not_lost(host: Recorder) -> None:
    on_disk(host, version="18.3")
    with_dumps(host, variables="ODD=a;b\n")
    done = host.attempt(NAMED.here, PRESENT)
    assert done.stdout.splitlines()[-1] == (
        "db has a variable with a semicolon, which dokku postgres:upgrade cannot be given again; nothing was changed. "
        'Write database.version: "18.3"'
    )
    assert host.verbs == [*READS, "--quiet postgres:list"]


def test_a_version_that_nobody_wrote_upgrades_nothing(host: Recorder) -> None:
    on_disk(host, version="18.3")
    done = host.attempt(DB.here, PRESENT)
    assert (done.returncode, done.stdout.splitlines()[-2:]) == (
        0,
        [
            'db: PostgreSQL 18.3 stays; Petbase\'s default is 18.4. To upgrade, write database.version: "18.4"',
            "db: PostgreSQL 18.3 answers",
        ],
    )


def test_an_older_minor_is_refused(host: Recorder) -> None:
    on_disk(host, version="18.10")
    done = host.attempt(NAMED.here, PRESENT)
    assert done.stdout.splitlines()[-1] == (
        "db runs PostgreSQL 18.10 and the stack file says 18.4, which may not read its data; nothing was changed. "
        'Write database.version: "18.10"'
    )
    assert host.verbs == [*READS, "--quiet postgres:list"]


def test_another_major_is_refused_and_nothing_is_touched(host: Recorder) -> None:
    on_disk(host, version="17.9")
    done = host.attempt(DB.here, PRESENT)
    assert done.returncode == 1
    assert (
        "db runs PostgreSQL 17.9 and the stack file says 18.4; another major version needs a dump and a restore. "
        'Write version: "17.9"' in done.stdout
    )
    assert not [verb for verb in host.verbs if "upgrade" in verb or "create" in verb or "destroy" in verb]


def test_new_settings_restart_the_service_once(host: Recorder) -> None:
    noun = lifecycle.database("petbase/prod", spec({"config": {"max_connections": 50}}))
    on_disk(host)
    verbs = host.run(noun.here, PRESENT, {})
    assert [verb for verb in verbs if verb.startswith("postgres:st")] == ["postgres:stop db"]
    assert host.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "-c max_connections=50\n"
    assert "postgres:stop db" not in host.run(noun.here, PRESENT)


def test_settings_are_written_behind_the_stop_so_that_a_run_that_was_cut_off_begins_again(host: Recorder) -> None:
    noun = lifecycle.database("petbase/prod", spec({"config": {"max_connections": 50}}))
    on_disk(host)
    host.attempt(noun.here, PRESENT, {"postgres:stop": (1, "")})
    assert "postgres:stop db" in host.run(noun.here, PRESENT)


MOVES = lifecycle.database("petbase/prod", spec({"config": {"max_connections": 50}}))
ADDRESS = (
    "docker inspect --type container --format {{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}} "
    "dokku.postgres.db"
)
LINKED: dict[str, Answer] = {
    **PRESENT,
    "docker": (0, "172.17.0.3 \n"),
    "postgres:links db": (0, "blog\nfruits\nshop\n"),
    "ps:report blog --deployed": (0, "true\n"),
    "ps:report fruits --deployed": (0, "false\n"),
    "ps:report shop --deployed": (0, "true\n"),
}


def test_the_address_is_noted_before_the_container_goes(host: Recorder) -> None:
    on_disk(host)
    host.attempt(MOVES.here, {**LINKED, "postgres:stop": (1, "")})
    assert host.verbs[-2:] == [ADDRESS, "postgres:stop db"]
    assert host.file("/var/lib/petbase/addresses/db").read_text() == "172.17.0.3 \n"


def test_apps_that_are_deployed_restart_where_the_service_got_another_address(host: Recorder) -> None:
    """Docker's link knows the one of before; one app that does not start leaves the others their turn."""
    on_disk(host)
    host.attempt(MOVES.here, {**LINKED, "postgres:stop": (1, "")})
    done = host.attempt(MOVES.here, {**LINKED, "docker": (0, "172.17.0.5 \n"), "ps:restart blog": (1, "")})
    assert [verb for verb in host.verbs if verb.startswith("ps:restart")] == ["ps:restart blog", "ps:restart shop"]
    assert (done.returncode, done.stdout.splitlines()[-4:]) == (
        0,
        [
            "db: has another address; restarting blog",
            "blog did not start again. Look at: dokku logs blog",
            "db: has another address; restarting shop",
            "db: PostgreSQL 18.4 answers",
        ],
    )
    assert not host.file("/var/lib/petbase/addresses/db").exists()


def test_apps_go_on_where_the_service_has_its_address_again(host: Recorder) -> None:
    on_disk(host)
    verbs = host.run(MOVES.here, LINKED)
    assert verbs[-1] == ADDRESS
    assert not [verb for verb in verbs if verb.startswith("ps:")]
    assert not host.file("/var/lib/petbase/addresses/db").exists()


def test_a_stopped_service_is_started(host: Recorder) -> None:
    on_disk(host)
    verbs = host.run(DB.here, {**PRESENT, "postgres:info db --status": (0, "exited\n")})
    assert "postgres:start db" in verbs


@pytest.mark.parametrize("cluster", [False, True])
def test_a_create_that_was_cut_off_is_begun_again(host: Recorder, cluster: bool) -> None:
    host.attempt(DB.here, absent(host), {"postgres:create db --image-version 18.4": (1, "")})
    if cluster:
        host.file(f"{ROOT}/data/18/docker").mkdir(parents=True)
        host.file(f"{ROOT}/data/18/docker/PG_VERSION").write_text("18\n")
    verbs = host.run(DB.here, PRESENT, {"docker": (0, "0\n")})
    assert "postgres:destroy db --force" in verbs


def test_a_half_made_service_with_a_table_is_never_destroyed(host: Recorder) -> None:
    host.attempt(DB.here, absent(host), {"postgres:create db --image-version 18.4": (1, "")})
    host.file(f"{ROOT}/data/18/docker").mkdir(parents=True)
    host.file(f"{ROOT}/data/18/docker/PG_VERSION").write_text("18\n")
    verbs = host.run(DB.here, PRESENT, {"docker": (0, "1\n")})
    assert "postgres:destroy db --force" not in verbs


def test_a_half_made_service_that_cannot_be_queried_is_left_alone(host: Recorder) -> None:
    host.attempt(DB.here, absent(host), {"postgres:create db --image-version 18.4": (1, "")})
    host.file(f"{ROOT}/data/18/docker").mkdir(parents=True)
    host.file(f"{ROOT}/data/18/docker/PG_VERSION").write_text("18\n")
    done = host.attempt(DB.here, PRESENT, {"docker": (1, "")})
    assert done.returncode == 1
    assert "db is half made and cannot be queried, so it was left alone" in done.stdout
    assert "postgres:destroy db --force" not in host.verbs


def test_a_completed_service_without_an_answer_is_never_destroyed(host: Recorder) -> None:
    host.run(DB.here, absent(host))
    done = host.attempt(DB.here, {**PRESENT, "postgres:connect db": (2, "the database system is in recovery\n")})
    assert "postgres:destroy db --force" not in host.verbs
    assert "db does not answer a query (the database system is in recovery); its data was not touched" in done.stdout


def test_a_found_service_is_marked_as_found(host: Recorder) -> None:
    on_disk(host)
    host.run(DB.here, PRESENT)
    assert host.file("/var/lib/petbase/services/db").read_text() == "found petbase/prod\n"


def test_a_found_service_keeps_the_settings_that_the_stack_file_does_not_say(host: Recorder) -> None:
    held = "-c work_mem=8MB -c max_connections=60"
    on_disk(host, options=held, memory="512")
    verbs = host.run(DB.here, PRESENT)
    assert "postgres:stop db" not in verbs
    assert host.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == f"{held}\n"
    on_disk(host, version="18.3", options=held, memory="512")
    with_dumps(host)
    assert f"postgres:upgrade db --image-version 18.4 --config-options {held}" in host.run(NAMED.here, PRESENT)
    noun = lifecycle.database("petbase/prod", spec({"config": {"max_connections": 60}}))
    on_disk(host, options=held, memory="512")
    assert "postgres:stop db" in host.run(noun.here, PRESENT)
    assert host.file(f"{ROOT}/CONFIG_OPTIONS").read_text() == "-c max_connections=60\n"


def test_a_sick_plugin_is_no_absent_service(host: Recorder) -> None:
    done = host.attempt(DB.here, {"--quiet postgres:list": (1, "")})
    assert "the plugin does not answer (dokku postgres:list); nothing was changed" in done.stdout
    assert host.verbs == READS


def test_the_database_has_no_script_for_going() -> None:
    assert DB.gone is None
