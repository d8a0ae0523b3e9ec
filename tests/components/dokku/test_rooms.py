"""The scripts of the verbs that change an app's room: isolate and back, a new password, the end of kept data."""

import pytest

from components.dokku import lifecycle, verbs
from components.dokku.shell import Script
from tests.components.dokku.recorder import Recorder
from tests.components.dokku.test_link import COVERED, LINKED, OPTIONS, READS, ROLE, SUPERUSER

STACK = "petbase/prod"
ISOLATE = verbs.isolate(STACK, "db", "fruits", "fruits", None)
SOME = verbs.isolate(STACK, "db", "fruits", "fruits", ["fruits", "it's"])
UNDO = verbs.isolate_undo(STACK, "db", "fruits", "fruits")
ROTATE = verbs.rotate(STACK, "db", "fruits", "fruits")
DROP = verbs.drop_data(STACK, "db", "fruits")
MARK = "/var/lib/petbase/links/db/fruits"
PLAIN = {**LINKED, "config:get fruits DATABASE_URL": (0, f"{SUPERUSER}\n"), COVERED: (1, "")}
DEPLOYED = {"ps:report fruits --deployed": (0, "true\n")}
NONE = {"postgres:connect db": (0, "")}
ASKED = ["--quiet apps:list", "apps:exists fruits", "--quiet postgres:list"]
SQL = "postgres:connect db"
IMPORT = "config:import --no-restart fruits -"
# link.sh behind another script asks what it needs itself, but Dokku answers already.
LINK = READS[1:]
END = ["config:keys fruits", "ps:report fruits --deployed"]


def sql(host: Recorder) -> list[str]:
    return [read for line, read in host.sent if line == SQL]


def test_isolation_moves_first_and_then_gives_the_url_and_one_restart(host: Recorder) -> None:
    assert host.run(ISOLATE, PLAIN, DEPLOYED) == [
        *ASKED,
        SQL,
        *LINK,
        "openssl rand -hex 24",
        SQL,
        IMPORT,
        *END,
        "ps:restart fruits",
    ]
    assert host.file(MARK).read_text() == f"schema {STACK}\n"


def test_isolation_is_one_transaction(host: Recorder) -> None:
    host.run(ISOLATE, PLAIN)
    lines = sql(host)[0].splitlines()
    assert (lines[3], lines[-1]) == ("BEGIN;", "COMMIT;")
    assert not [line for line in lines[4:-1] if line in ("BEGIN;", "COMMIT;")]


def test_names_are_words_of_sql(host: Recorder) -> None:
    host.run(SOME, PLAIN)
    assert "('no' = 'yes' OR name = ANY (ARRAY['fruits', 'it''s']::text[]) OR kind" in sql(host)[0]
    host.run(verbs.isolate(STACK, "db", "fruits", "fruits", []), PLAIN)
    assert "('no' = 'yes' OR name = ANY (ARRAY[]::text[]) OR kind" in sql(host)[0]


def test_an_app_that_is_isolated_keeps_its_url_and_is_not_restarted(host: Recorder) -> None:
    assert host.run(ISOLATE, LINKED, DEPLOYED) == [*ASKED, SQL, *LINK, OPTIONS, SQL, COVERED, "config:keys fruits"]


def test_a_move_that_fails_leaves_link_and_mark(host: Recorder) -> None:
    done = host.attempt(ISOLATE, PLAIN, {SQL: (3, "ERROR:  canceling statement due to lock timeout\n")})
    assert done.returncode == 3
    assert "ERROR:  canceling statement due to lock timeout" in done.stdout
    assert host.verbs == [*ASKED, SQL]
    assert not host.file(MARK).exists()


def test_undo_gives_the_url_back_before_the_tables_move(host: Recorder) -> None:
    verbs = host.run(UNDO, LINKED, DEPLOYED, NONE)
    assert verbs[: len(ASKED) + 6] == [
        *ASKED,
        SQL,
        "postgres:info db --dsn",
        "config:get fruits DATABASE_URL",
        IMPORT,
        "config:unset --no-restart fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD",
        SQL,
    ]
    assert verbs.count("ps:restart fruits") == 1
    assert next(read for line, read in host.sent if line == IMPORT) == f"DATABASE_URL={SUPERUSER}\n"
    assert host.file(MARK).read_text() == f"superuser {STACK}\n"


def test_undoing_what_is_undone_changes_nothing_on_the_app(host: Recorder) -> None:
    reads = [*ASKED, SQL, "postgres:info db --dsn", "config:get fruits DATABASE_URL"]
    assert host.run(UNDO, PLAIN, DEPLOYED, NONE) == [*reads, SQL, *LINK, "config:keys fruits"]


def test_undo_asks_who_else_lives_there(host: Recorder) -> None:
    done = host.attempt(UNDO, LINKED, {SQL: (0, "fruits\nplums\n")})
    assert done.returncode == 1
    assert "the schema fruits is shared with plums; nothing was changed." in done.stdout
    assert host.verbs == [*ASKED, SQL]


def test_a_new_password_stands_in_the_url_before_the_role_gets_it(host: Recorder) -> None:
    """Cut off in between, the link's own script gives the role what the URL has."""
    answers = {**LINKED, "openssl": (0, "beefed\n")}
    verbs = host.run(ROTATE, answers, DEPLOYED)
    start = [*ASKED, "postgres:info db --dsn", "config:get fruits DATABASE_URL", "openssl rand -hex 24", IMPORT, SQL]
    assert verbs[: len(start)] == start
    assert verbs.count("ps:restart fruits") == 1
    assert verbs[-2:] == ["ps:restart fruits", SQL]
    assert "ALTER ROLE \"fruits\" PASSWORD 'beefed';" in sql(host)[0]
    assert "pg_terminate_backend" in sql(host)[-1]
    assert not [line for line in verbs if "beefed" in line]
    url = ROLE.replace("c0ffee", "beefed")
    assert next(read for line, read in host.sent if line == IMPORT) == f"DATABASE_URL={url}\n"


def test_an_app_that_was_never_deployed_is_not_restarted(host: Recorder) -> None:
    assert "ps:restart fruits" not in host.run(ROTATE, LINKED)


def test_a_new_password_that_was_cut_off_is_finished_by_the_links_own_script(host: Recorder) -> None:
    host.attempt(ROTATE, LINKED, DEPLOYED, {SQL: (1, "")})
    link = lifecycle.link(STACK, "db", "fruits", "fruits", "schema").here
    rotated = {"config:get fruits DATABASE_URL": (0, f"{ROLE.replace('c0ffee', 'beefed')}\n")}
    verbs = host.run(link, LINKED, rotated, DEPLOYED)
    assert "PASSWORD 'beefed'" in sql(host)[0]
    assert verbs[-1] == "ps:restart fruits"


def test_a_superusers_link_has_no_password_of_its_own(host: Recorder) -> None:
    done = host.attempt(ROTATE, PLAIN)
    assert done.returncode == 1
    assert (
        "fruits has no role of its own in its DATABASE_URL, so it has no password to change; "
        "./petbase isolate fruits gives it one\n"
    ) in done.stdout
    assert host.verbs == [*ASKED, "postgres:info db --dsn", "config:get fruits DATABASE_URL"]


UNLINKED = {**LINKED, "postgres:links db": (0, "plums\n")}
BEFORE = ["--quiet apps:list", "--quiet postgres:list", "postgres:links db"]


def test_data_is_dropped_when_nobody_lives_there(host: Recorder) -> None:
    assert host.run(DROP, UNLINKED, NONE) == [*BEFORE, SQL, SQL, SQL]
    lines = sql(host)[1].splitlines()
    assert (lines[3], lines[-1]) == ("BEGIN;", "COMMIT;")
    assert 'DROP SCHEMA IF EXISTS "fruits" CASCADE;' in lines


def test_data_of_a_linked_app_is_not_dropped(host: Recorder) -> None:
    done = host.attempt(DROP, LINKED, NONE)
    assert done.returncode == 1
    assert "fruits is linked to db, so its data is in use; nothing was dropped." in done.stdout
    assert host.verbs == BEFORE


def test_data_of_a_schema_in_use_is_not_dropped(host: Recorder) -> None:
    done = host.attempt(DROP, UNLINKED, {SQL: (0, "plums\nweb\n")})
    assert done.returncode == 1
    assert "the schema fruits is in use by plums web; nothing was dropped" in done.stdout
    assert host.verbs == [*BEFORE, SQL]


@pytest.mark.parametrize("script", [ISOLATE, UNDO, ROTATE, DROP])
def test_nothing_is_begun_on_a_sick_host_or_for_another_stack(host: Recorder, script: Script) -> None:
    assert host.attempt(script, LINKED, {"--quiet apps:list": (1, "")}).returncode == 1
    assert host.verbs == ["--quiet apps:list"]
    host.file(MARK).parent.mkdir(parents=True)
    host.file(MARK).write_text("schema petbase/other\n")
    done = host.attempt(script, LINKED)
    assert "links/db/fruits belongs to the stack petbase/other, not to petbase/prod" in done.stdout
    assert host.verbs == ["--quiet apps:list"]


@pytest.mark.parametrize("script", [ISOLATE, UNDO, ROTATE, DROP])
def test_a_plugin_that_is_gone_is_an_error(host: Recorder, script: Script) -> None:
    done = host.attempt(script, LINKED, {"--quiet postgres:list": (0, "")})
    assert "database db is not on this server; nothing was changed" in done.stdout


PSQL = verbs.psql("db", "fruits", read_only=False, tty=False)
DOCKER = "docker exec --interactive {}--env PGOPTIONS dokku.postgres.db psql --set ON_ERROR_STOP=1 --host localhost"


def test_psql_as_an_app_has_its_role_and_no_password_in_a_word(host: Recorder) -> None:
    verbs = host.run(Script(PSQL), LINKED)
    assert verbs == [
        "config:get fruits DATABASE_URL",
        DOCKER.format("--env PGPASSWORD ") + " --username fruits --dbname db",
    ]


def test_psql_as_the_superuser_needs_no_url(host: Recorder) -> None:
    script = Script(verbs.psql("db", None, read_only=True, tty=True))
    assert host.run(script, LINKED) == [DOCKER.format("--tty ") + " --username postgres --dbname db"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((1, ""), "fruits has no DATABASE_URL; look at: dokku config:keys fruits\n"),
        ((0, "postgres://u:p@neon.example.com/x\n"), "fruits: its DATABASE_URL leads elsewhere, not to db\n"),
    ],
)
def test_psql_goes_nowhere_else(host: Recorder, answer: tuple[int, str], said: str) -> None:
    done = host.attempt(Script(PSQL), LINKED, {"config:get fruits DATABASE_URL": answer})
    assert (done.returncode, done.stderr) == (1, said)
