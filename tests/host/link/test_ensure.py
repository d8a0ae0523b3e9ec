"""An app's link: its own role and schema, and never the superuser's URL left behind."""

import json

import pytest

from host.link.ensure import EnsureLink
from host.programs.runner import Answer
from tests.host.link.answers import (
    COVERED,
    DEPLOYED,
    DSN,
    IMPORT,
    IS_DEPLOYED,
    KEYS,
    LINK,
    LINKED,
    LINKS,
    LOOKS,
    OPEN_BUILDS,
    OPTION,
    OPTIONS,
    PLAIN,
    RECORD,
    RESTART,
    ROLE,
    SQL,
    SUPERUSER,
    UNLINKED,
    URL,
    postgres,
    read,
)
from tests.host.recorder import Answers, Recorder

FRUITS = EnsureLink("fruits", service="db", schema="fruits")
BY_SUPERUSER = EnsureLink("fruits", service="db", schema="fruits", access="superuser")
READS = [*LOOKS, DSN, URL, LINKS]
SCHEMA = [SQL, SQL, SQL, SQL]
NO_TABLES, TABLES = postgres(), postgres(tables="7")


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "c0ffee")


def record(server: Recorder) -> dict[str, object]:
    found: dict[str, object] = json.loads(server.file(RECORD).read_text())
    return found


def test_a_new_link_makes_role_and_schema_before_the_app_gets_a_url(server: Recorder) -> None:
    assert server.run(FRUITS, UNLINKED) == [*READS, *SCHEMA, LINK, URL, OPTIONS, OPEN_BUILDS, IMPORT, KEYS, DEPLOYED]
    assert record(server) == {
        "access": "schema",
        "stack": "prod",
        "found": False,
        "schema": "fruits",
        "role": "fruits",
        "scheme": "",
        "parameters": {},
        "connections": None,
    }
    assert server.printed == "fruits: linking to db\nfruits: linked to db, access schema\n"


def test_the_password_travels_on_standard_input_only(server: Recorder) -> None:
    assert not [line for line in server.run(FRUITS, UNLINKED) if "c0ffee" in line]
    assert [json.loads(text) for text in read(server.runner, IMPORT)] == [
        {"DATABASE_URL": ROLE, "DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD": "hidden"}
    ]
    assert "\\set password 'c0ffee'" in read(server.runner, SQL)[1]


def test_a_link_that_is_as_declared_changes_nothing_on_the_app(server: Recorder) -> None:
    assert server.run(FRUITS, LINKED) == [*READS, OPTIONS, *SCHEMA, OPTIONS, COVERED, KEYS]


def test_a_link_that_was_left_half_done_is_made_again(server: Recorder) -> None:
    """LINKS has the app and its container has no --link: then no name leads to the database (contract 605)."""
    half = {OPTIONS: "Docker options deploy:\n"}
    assert LINK in server.run(FRUITS, LINKED, half)
    assert OPTIONS not in server.run(BY_SUPERUSER, PLAIN)


def test_builds_see_no_link(server: Recorder) -> None:
    """What a build runs would find the superuser's password there; unlink does not mind (contract 171)."""
    opened = {OPTIONS: f"Docker options build: {OPTION}\nDocker options deploy: {OPTION}\n"}
    assert OPEN_BUILDS in server.run(FRUITS, LINKED, opened)
    assert OPEN_BUILDS not in server.run(BY_SUPERUSER, PLAIN, opened)


def test_the_superusers_password_that_docker_copies_is_covered(server: Recorder) -> None:
    """Docker's --link gives an app the service's whole environment (contract 566)."""
    assert IMPORT in server.run(FRUITS, LINKED, {COVERED: Answer(1)})
    assert COVERED not in server.run(BY_SUPERUSER, PLAIN)


def test_the_password_that_the_app_has_stays(server: Recorder) -> None:
    server.run(FRUITS, LINKED, {URL: ROLE.replace("c0ffee", "ab")})
    assert "\\set password 'ab'" in read(server.runner, SQL)[1]


def test_a_deployed_app_restarts_once_when_its_url_changed(server: Recorder) -> None:
    assert server.run(FRUITS, UNLINKED, IS_DEPLOYED).count(RESTART) == 1


def test_the_settings_that_come_after_may_restart_for_both(server: Recorder) -> None:
    later = EnsureLink("fruits", service="db", schema="fruits", restart=False)
    assert server.run(later, UNLINKED, IS_DEPLOYED)[-1] == KEYS
    assert server.run(FRUITS, LINKED, IS_DEPLOYED)[-1] == RESTART


def test_a_restart_that_was_cut_off_is_made_up_for(server: Recorder) -> None:
    server.fails(FRUITS, UNLINKED, IS_DEPLOYED, {RESTART: Answer(1)})
    assert server.run(FRUITS, LINKED, IS_DEPLOYED)[-1] == RESTART
    assert server.run(FRUITS, LINKED, IS_DEPLOYED)[-1] == KEYS


def test_a_url_that_a_cut_off_link_left_behind_is_replaced(server: Recorder) -> None:
    """Cut between `link` and the import: the record says that a role was meant, so tables in public do not matter."""
    server.fails(FRUITS, UNLINKED, {IMPORT: Answer(1)})
    lines = server.run(FRUITS, PLAIN, TABLES)
    assert IMPORT in lines
    assert lines.count(SQL) == len(SCHEMA)


def test_a_superusers_url_under_another_name_is_removed(server: Recorder) -> None:
    left = {KEYS: "DATABASE_URL\nDOKKU_POSTGRES_AQUA_URL\n", "config:get fruits DOKKU_POSTGRES_AQUA_URL": SUPERUSER}
    assert "config:unset --no-restart fruits DOKKU_POSTGRES_AQUA_URL" in server.run(FRUITS, LINKED, left)


def test_a_default_never_takes_a_running_apps_tables_away(server: Recorder) -> None:
    assert server.run(FRUITS, PLAIN, TABLES) == [*READS, SQL, KEYS]
    assert server.printed == (
        "fruits: keeps its superuser link, public holds 7 of its tables; ./petbase isolate fruits moves them\n"
        "fruits: linked to db, access superuser\n"
    )
    assert (record(server)["access"], record(server)["found"]) == ("superuser", True)


def test_a_found_link_without_tables_in_public_gets_a_role(server: Recorder) -> None:
    assert IMPORT in server.run(FRUITS, PLAIN, NO_TABLES)
    assert (record(server)["access"], record(server)["found"]) == ("schema", False)


def test_the_superusers_link(server: Recorder) -> None:
    after = {URL: f"{SUPERUSER}\n"}
    assert server.run(BY_SUPERUSER, UNLINKED, after) == [*READS, LINK, URL, KEYS, DEPLOYED]
    assert (record(server)["access"], record(server)["role"]) == ("superuser", "")


def test_a_superusers_link_that_was_here_is_found_and_stays_so(server: Recorder) -> None:
    for _ in range(2):
        server.run(BY_SUPERUSER, PLAIN)
        assert record(server)["found"] is True


def test_a_url_that_leads_elsewhere_is_not_overwritten(server: Recorder) -> None:
    elsewhere = {URL: "postgres://u:p@neon.example.com/x\n"}
    assert server.fails(FRUITS, UNLINKED, elsewhere) == (
        "fruits: its DATABASE_URL leads elsewhere; to remove it, run: dokku config:unset fruits DATABASE_URL"
    )
    assert server.runner.lines == READS[:-1]
    assert server.fails(FRUITS, UNLINKED, {URL: "sqlite:db\n"}).startswith("fruits: its DATABASE_URL leads elsewhere")


def test_a_plugin_that_does_not_answer_is_no_missing_link(server: Recorder) -> None:
    assert server.fails(FRUITS, UNLINKED, {LINKS: Answer(1)}) == (
        "dokku postgres:links did not answer; nothing was changed"
    )
    assert server.runner.lines == READS
    assert server.fails(FRUITS, LINKED, {OPTIONS: Answer(1)}) == (
        "dokku docker-options:report did not answer; nothing was changed"
    )


def test_nothing_is_begun_on_a_sick_server_or_for_another_stack(server: Recorder) -> None:
    assert "Dokku does not answer" in server.fails(FRUITS, {"--quiet apps:list": Answer(1)})
    assert "the app fruits is not on this server" in server.fails(FRUITS, {"apps:exists fruits": Answer(20)})
    assert "the database db is not on this server" in server.fails(FRUITS, {"--quiet postgres:list": ""})
    server.run(FRUITS, LINKED)
    server.stack = "other"
    assert server.fails(FRUITS, LINKED) == (
        "the link of fruits to db belongs to the stack prod, not to other; nothing was changed. To hand it over, run "
        f"on the server: rm {server.file(RECORD)}"
    )
    assert server.runner.lines == []


def test_the_lock_is_given_back_before_a_restart(server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A restart takes half a minute on a real Dokku; ten apps must not wait for each other's."""
    held: list[bool] = []

    def restart(*_: object) -> None:
        from host.core.lock import is_held

        held.append(is_held(server.file("/run/lock/petbase.services.lock")))

    monkeypatch.setattr("host.link.linker.restart_if_owed", restart)
    server.run(FRUITS, UNLINKED)
    assert held == [False]


def test_what_the_role_is_given_reaches_it_as_values(server: Recorder) -> None:
    more = {"reads": ("blog",), "extension": ("pgcrypto", "uuid-ossp"), "connections": 20, "statement_timeout": "30s"}
    server.run(EnsureLink("fruits", service="db", schema="shop", **more), UNLINKED, postgres())  # type: ignore[arg-type]
    _, asked, made, _, shares = read(server.runner, SQL)
    assert '\\set extensions \'["pgcrypto", "uuid-ossp"]\'' in asked
    assert made.splitlines()[1:9] == [
        "\\set database 'db'",
        "\\set app 'fruits'",
        "\\set schema 'shop'",
        '\\set path \'["shop", "extensions"]\'',
        "\\set password 'c0ffee'",
        "\\set reads '[\"blog\"]'",
        '\\set extensions \'["pgcrypto", "uuid-ossp"]\'',
        "\\set statement_timeout '30s'",
    ]
    assert '[{"role": "fruits", "connections": 20}]' in shares


def test_an_extension_that_the_image_lacks_is_said_before_anything_is_made(server: Recorder) -> None:
    wanted = EnsureLink("fruits", service="db", schema="fruits", extension=("uuid-ossp",))
    assert server.fails(wanted, UNLINKED, postgres(missing="uuid-ossp\n")) == (
        "the PostgreSQL of db has no extension uuid-ossp; nothing was changed. Take it out of apps.fruits.extensions"
    )
    assert server.runner.lines == [*READS, SQL, SQL]
    assert not server.file(RECORD).exists()


def test_a_schema_that_another_app_made_for_itself_is_refused_before_anything(server: Recorder) -> None:
    taken = postgres(taken='[{"schema": "fruits", "role": "notes"}]')
    assert server.fails(FRUITS, UNLINKED, taken) == (
        "the schema fruits in db belongs to the role notes, so fruits cannot use it; nothing was changed. Write "
        "another schema under apps.fruits, or have it renamed first: ./petbase psql --command 'ALTER SCHEMA "
        '"fruits" RENAME TO …\''
    )
    assert server.runner.lines == [*READS, SQL]
    assert not server.file(RECORD).exists()


RENAMED = EnsureLink("fruits", service="db", schema="fruits", was="apples")
OLD: Answers = {URL: "postgres://apples:0ff@dokku-postgres-db:5432/db\n"}


def test_a_renamed_app_takes_its_role_along_before_its_url_changes(server: Recorder) -> None:
    lines = server.run(RENAMED, LINKED, OLD)
    asked = read(server.runner, SQL)
    assert asked[2].splitlines()[1:4] == ["\\set was 'apples'", "\\set app 'fruits'", "\\set schema 'fruits'"]
    assert "\\set password 'c0ffee'" in asked[4]
    assert lines.index(IMPORT) > lines.index(SQL)


def test_a_schema_that_others_use_keeps_its_name(server: Recorder) -> None:
    assert server.fails(RENAMED, LINKED, OLD, postgres(users="apples\npears\n")) == (
        "the schema apples is shared with pears; nothing was renamed. Write schema: apples under apps.fruits"
    )
    assert IMPORT not in server.runner.lines


def test_settings_of_a_first_run_that_failed_are_reset_where_none_follow(server: Recorder) -> None:
    """That run is in no state of the stack, so nothing else would take them back."""
    server.put("/var/lib/petbase/apps/fruits/settings/variables.json", '{"names": ["PYTHONHOME"]}')
    server.put("/var/lib/petbase/apps/fruits/restart.json", "{}")
    variables = {"config:export": '{"PYTHONHOME": "/nowhere"}\n'}
    following = EnsureLink("fruits", service="db", schema="fruits", restart=False)
    assert "config:unset --no-restart fruits PYTHONHOME" not in server.run(following, LINKED, IS_DEPLOYED, variables)
    lines = server.run(FRUITS, LINKED, IS_DEPLOYED, variables)
    assert lines[:2] == ["config:export --format json fruits", "config:unset --no-restart fruits PYTHONHOME"]
    assert lines[-1] == RESTART
    assert "config:unset --no-restart fruits PYTHONHOME" not in server.run(FRUITS, LINKED, IS_DEPLOYED, variables)
