"""An app's room: a role and a schema of its own, and never the superuser's URL left behind."""

from components.dokku import lifecycle
from components.dokku.role_grants import Rights
from tests.components.dokku.recorder import Recorder

FRUITS = lifecycle.link("petbase/prod", "db", "fruits", "fruits", "schema")
PLAIN = lifecycle.link("petbase/prod", "db", "fruits", "fruits", "superuser")
SUPERUSER = "postgres://postgres:5ec2e7@dokku-postgres-db:5432/db"
ROLE = "postgres://fruits:c0ffee@dokku-postgres-db:5432/db"
PRESENT = {"--quiet postgres:list": (0, "db\n"), "postgres:info db --dsn": (0, f"{SUPERUSER}\n")}
UNLINKED = {**PRESENT, "postgres:links db": (0, ""), "config:get fruits DATABASE_URL": (1, "")}
LINKED = {
    **PRESENT,
    "postgres:links db": (0, "other\nfruits\n"),
    "config:get fruits DATABASE_URL": (0, f"{ROLE}\n"),
    "config:get fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD": (0, "hidden\n"),
    "docker-options:report fruits": (0, "Docker options run: --link dokku.postgres.db:dokku-postgres-db\n"),
    "config:get fruits DOKKU_POSTGRES_GONE_URL": (1, ""),
    "config:keys fruits": (0, "DATABASE_URL\nNO_VHOST\n"),
}
OPTIONS = "docker-options:report fruits"
COVERED = "config:get fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD"
READS = [
    "--quiet apps:list",
    "apps:exists fruits",
    "--quiet postgres:list",
    "postgres:info db --dsn",
    "config:get fruits DATABASE_URL",
    "postgres:links db",
]
ROOM = ["postgres:connect db"]


def test_a_new_link_makes_the_room_before_the_app_gets_a_url(host: Recorder) -> None:
    assert host.run(FRUITS.here, UNLINKED) == [
        *READS,
        "openssl rand -hex 24",
        *ROOM,
        "postgres:link db fruits --no-restart",
        "config:get fruits DATABASE_URL",
        "config:import --no-restart fruits -",
        "config:keys fruits",
        "ps:report fruits --deployed",
    ]


def test_the_password_travels_on_standard_input_only(host: Recorder) -> None:
    host.run(FRUITS.here, UNLINKED)
    assert not [line for line, _ in host.sent if "c0ffee" in line]
    assert [read for line, read in host.sent if line.startswith("config:import")] == [
        f"DATABASE_URL={ROLE}\nDOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD=hidden\n"
    ]


def test_a_link_that_is_as_declared_changes_nothing_on_the_app(host: Recorder) -> None:
    assert host.run(FRUITS.here, LINKED) == [*READS, OPTIONS, *ROOM, COVERED, "config:keys fruits"]


def test_a_link_that_was_left_half_done_is_made_again(host: Recorder) -> None:
    """LINKS names the app and its container has no --link: then no name leads to the database (contract 605)."""
    half = {OPTIONS: (0, "Docker options run:\n")}
    assert "postgres:link db fruits --no-restart" in host.run(FRUITS.here, LINKED, half)
    plain = {"config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n")}
    assert OPTIONS not in host.run(PLAIN.here, LINKED, plain)


def test_the_superusers_password_that_docker_copies_is_covered(host: Recorder) -> None:
    """Docker's --link gives an app the service's whole environment (contract 566)."""
    verbs = host.run(FRUITS.here, LINKED, {COVERED: (1, "")})
    assert "config:import --no-restart fruits -" in verbs
    assert COVERED not in host.run(PLAIN.here, LINKED, {"config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n")})


def test_the_password_that_the_app_has_stays(host: Recorder) -> None:
    host.run(FRUITS.here, LINKED)
    assert "PASSWORD 'c0ffee'" in host.sent[len([*READS, OPTIONS])][1]
    assert "openssl rand -hex 24" not in host.verbs


def test_a_deployed_app_restarts_once_when_its_url_changed(host: Recorder) -> None:
    deployed = {"ps:report fruits --deployed": (0, "true\n")}
    assert host.run(FRUITS.here, UNLINKED, deployed).count("ps:restart fruits") == 1


def test_a_restart_that_was_cut_off_is_made_up_for(host: Recorder) -> None:
    deployed = {"ps:report fruits --deployed": (0, "true\n")}
    host.attempt(FRUITS.here, UNLINKED, deployed, {"ps:restart fruits": (1, "")})
    assert host.run(FRUITS.here, LINKED, deployed)[-1] == "ps:restart fruits"
    assert host.run(FRUITS.here, LINKED, deployed)[-1] == "config:keys fruits"


def test_a_url_that_a_cut_off_link_left_behind_is_replaced(host: Recorder) -> None:
    """Cut between `link` and the import: the mark says that the room was meant, so tables in public do not matter."""
    host.attempt(FRUITS.here, UNLINKED, {"config:import": (1, "")})
    superuser = {**LINKED, "config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n"), "postgres:connect db": (0, "7\n")}
    verbs = host.run(FRUITS.here, superuser)
    assert "config:import --no-restart fruits -" in verbs
    assert verbs.count("postgres:connect db") == 1


def test_a_superusers_url_under_another_name_is_removed(host: Recorder) -> None:
    left = {
        "config:keys fruits": (0, "DATABASE_URL\nDOKKU_POSTGRES_AQUA_URL\n"),
        "config:get fruits DOKKU_POSTGRES_AQUA_URL": (0, f"{SUPERUSER}\n"),
    }
    verbs = host.run(FRUITS.here, {**LINKED, **left})
    assert "config:unset --no-restart fruits DOKKU_POSTGRES_AQUA_URL" in verbs


def test_a_default_never_empties_a_running_apps_world(host: Recorder) -> None:
    found = {**LINKED, "config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n"), "postgres:connect db": (0, "7\n")}
    done = host.attempt(FRUITS.here, found)
    assert done.stdout == (
        "fruits: keeps its superuser link, public holds 7 of its tables; ./petbase isolate fruits moves them\n"
        "fruits: linked to db, access superuser\n"
    )
    assert host.verbs == [*READS, "postgres:connect db", "config:keys fruits"]
    assert host.file("/var/lib/petbase/links/db/fruits").read_text() == "found petbase/prod\n"


def test_a_found_link_without_tables_in_public_gets_its_room(host: Recorder) -> None:
    found = {**LINKED, "config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n"), "postgres:connect db": (0, "0\n")}
    assert "config:import --no-restart fruits -" in host.run(FRUITS.here, found)


def test_the_blogs_plain_link(host: Recorder) -> None:
    after = {"config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n")}
    assert host.run(PLAIN.here, {**UNLINKED, **after}) == [
        *READS,
        "postgres:link db fruits --no-restart",
        "config:get fruits DATABASE_URL",
        "config:keys fruits",
        "ps:report fruits --deployed",
    ]


def test_a_url_that_leads_elsewhere_is_not_overwritten(host: Recorder) -> None:
    elsewhere = {**UNLINKED, "config:get fruits DATABASE_URL": (0, "postgres://u:p@neon.example.com/x\n")}
    done = host.attempt(FRUITS.here, elsewhere)
    assert done.returncode == 1
    assert "fruits: its DATABASE_URL leads elsewhere; if it may go, run: dokku config:unset fruits" in done.stdout
    assert host.verbs == READS[:-1]


def test_a_plugin_that_does_not_answer_is_no_missing_link(host: Recorder) -> None:
    done = host.attempt(FRUITS.here, UNLINKED, {"postgres:links db": (1, "")})
    assert done.returncode == 1
    assert "dokku postgres:links did not answer; nothing was changed" in done.stdout
    assert host.verbs == READS


def test_the_lock_is_given_back_before_a_restart() -> None:
    """A restart takes half a minute on a real Dokku; ten apps must not wait for each other's."""
    text = FRUITS.here.text
    assert text.index("\nlock 8 services\n") < text.index("\nexec 8>&-\n") < text.index("then restarted DATABASE_URL")


def test_a_failure_shows_no_password(host: Recorder) -> None:
    failing = {**UNLINKED, "postgres:link db fruits --no-restart": (1, f" DATABASE_URL:  {SUPERUSER}\n")}
    done = host.attempt(FRUITS.here, failing)
    assert done.returncode == 1
    assert "5ec2e7" not in done.stdout + done.stderr
    assert " DATABASE_URL:  postgres://***@dokku-postgres-db:5432/db" in done.stdout


def test_apps_of_one_project_share_a_schema_by_its_role(host: Recorder) -> None:
    shared = lifecycle.link("petbase/prod", "db", "fruits", "shop", "schema")
    host.run(shared.here, UNLINKED)
    sql = next(read for line, read in host.sent if line == "postgres:connect db")
    assert "SELECT unnest(ARRAY['shop', 'fruits'] || string_to_array('', ' '))" in sql
    assert "FROM unnest(ARRAY['shop'] || string_to_array('', ' ')) AS name" in sql
    assert """SELECT 'GRANT "shop" TO "fruits"' WHERE 'shop' <> 'fruits' \\gexec""" in sql


def test_going_keeps_the_schema_and_closes_the_role(host: Recorder) -> None:
    host.run(FRUITS.here, UNLINKED)
    assert FRUITS.gone
    assert host.run(FRUITS.gone, LINKED) == [
        "--quiet apps:list",
        "--quiet postgres:list",
        "apps:exists fruits",
        "postgres:links db",
        "config:get fruits DOKKU_POSTGRES_GONE_URL",
        "postgres:info db --dsn",
        "config:get fruits DATABASE_URL",
        "config:unset --no-restart fruits DATABASE_URL",
        "config:unset --no-restart fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD",
        "config:import --no-restart fruits -",
        "postgres:unlink db fruits --no-restart",
        "postgres:connect db",
    ]
    assert "DROP" not in FRUITS.gone.text.upper()


def test_an_unlink_that_was_cut_off_is_finished(host: Recorder) -> None:
    """It leaves LINKS first and the app's environment, with the superuser's URL, last."""
    assert FRUITS.gone
    half = {"postgres:links db": (0, ""), "config:get fruits DOKKU_POSTGRES_GONE_URL": (0, f"{SUPERUSER}\n")}
    assert "postgres:unlink db fruits --no-restart" in host.run(FRUITS.gone, LINKED, half)


def test_going_leaves_the_url_of_another_service_alone(host: Recorder) -> None:
    host.run(FRUITS.here, UNLINKED)
    moved = {**LINKED, "config:get fruits DATABASE_URL": (0, "postgres://fruits:c0ffee@dokku-postgres-new:5432/new\n")}
    assert FRUITS.gone
    assert "config:unset --no-restart fruits DATABASE_URL" not in host.run(FRUITS.gone, moved)


def test_going_only_forgets_a_link_that_was_found(host: Recorder) -> None:
    found = {**LINKED, "config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n")}
    host.run(PLAIN.here, found)
    assert PLAIN.gone
    assert host.run(PLAIN.gone, found) == ["--quiet apps:list"]


RIGHTS = Rights(reads=("blog",), extensions=("pgcrypto", "uuid-ossp"), connections=20, statement_timeout="30s")


def test_an_extension_that_the_image_lacks_is_said_before_anything_is_made(host: Recorder) -> None:
    script = lifecycle.link("petbase/prod", "db", "fruits", "fruits", "schema", rights=RIGHTS).here
    done = host.attempt(script, UNLINKED, {"postgres:connect db": (0, "uuid-ossp\n")})
    assert done.returncode == 1
    assert done.stdout == (
        "the PostgreSQL of db has no extension uuid-ossp; nothing was changed. Take it out of apps.fruits.extensions\n"
    )
    assert host.verbs == [*READS, "postgres:connect db"]


def test_rights_reach_the_room(host: Recorder) -> None:
    host.run(lifecycle.link("petbase/prod", "db", "fruits", "fruits", "schema", rights=RIGHTS).here, UNLINKED)
    sql = [read for line, read in host.sent if line == "postgres:connect db"][-1]
    assert "CONNECTION LIMIT 20 PASSWORD" in sql
    assert "SET statement_timeout = ''30s''" in sql
    assert "string_to_array('blog', ' ')" in sql
    assert "string_to_array('pgcrypto uuid-ossp', ' ')" in sql


def test_an_app_without_rights_asks_for_no_extension_and_has_no_limits(host: Recorder) -> None:
    host.run(FRUITS.here, UNLINKED)
    (sql,) = [read for line, read in host.sent if line == "postgres:connect db"]
    assert "CONNECTION LIMIT -1 PASSWORD" in sql


RENAMED = lifecycle.link("petbase/prod", "db", "fruits", "fruits", "schema", was="apples")


def test_a_renamed_app_takes_its_room_along_before_its_url_changes(host: Recorder) -> None:
    old = {"config:get fruits DATABASE_URL": (0, "postgres://apples:0ff@dokku-postgres-db:5432/db\n")}
    verbs = host.run(RENAMED.here, LINKED, old, {"postgres:connect db": (0, "")})
    asked = [read for line, read in host.sent if line == "postgres:connect db"]
    assert "('apples', 'fruits'), ('apples readers', 'fruits readers')" in asked[1]
    assert verbs.index("config:import --no-restart fruits -") > verbs.index("postgres:connect db")


def test_a_schema_that_others_live_in_keeps_its_name(host: Recorder) -> None:
    old = {"config:get fruits DATABASE_URL": (0, "postgres://apples:0ff@dokku-postgres-db:5432/db\n")}
    done = host.attempt(RENAMED.here, LINKED, old, {"postgres:connect db": (0, "apples\npears\n")})
    assert done.returncode == 1
    assert (
        "the schema apples is shared with pears; nothing was renamed. Write schema: apples under apps.fruits"
        in done.stdout
    )
    assert "config:import --no-restart fruits -" not in host.verbs


def test_a_renamed_app_is_built_under_its_new_name_and_only_then_its_old_self_goes(host: Recorder) -> None:
    moved = host.file("/var/lib/petbase/was/fruits")
    moved.parent.mkdir()
    moved.write_text("apples true\n")
    assert host.run(RENAMED.here, LINKED, {"postgres:connect db": (0, "")})[-4:] == [
        "ps:rebuild fruits",
        "apps:exists apples",
        "certs:report apples --ssl-enabled",
        "apps:destroy apples --force",
    ]
    assert not moved.exists()
    assert "ps:rebuild fruits" not in host.run(RENAMED.here, LINKED, {"postgres:connect db": (0, "")})
