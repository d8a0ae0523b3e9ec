"""An app out of public and back: the tables in one transaction, the URL and one restart; nothing the second time."""

import json

import pytest

from host.link.isolate import Isolate, UndoIsolate
from host.programs.runner import Answer
from tests.host.link.answers import (
    COVERED,
    DEPLOYED,
    DSN,
    IMPORT,
    IS_DEPLOYED,
    KEYS,
    LINKED,
    LINKS,
    LOOKS,
    OPTIONS,
    PLAIN,
    RECORD,
    RESTART,
    SQL,
    SUPERUSER,
    URL,
    postgres,
    read,
)
from tests.host.recorder import ByInput, Recorder

ALL = Isolate("fruits", service="db", schema="fruits")
SOME = Isolate("fruits", service="db", schema="fruits", table=("fruits", "it's"))
UNDO = UndoIsolate("fruits", service="db", schema="fruits")
LINK = [*LOOKS, DSN, URL, LINKS]
NONE = postgres()


def record(server: Recorder) -> str:
    return str(json.loads(server.file(RECORD).read_text())["access"])


def test_isolation_moves_first_and_then_gives_the_url_and_one_restart(server: Recorder) -> None:
    lines = server.run(ALL, PLAIN, IS_DEPLOYED)
    assert lines == [*LOOKS, SQL, SQL, *LINK, SQL, SQL, SQL, SQL, OPTIONS, IMPORT, KEYS, DEPLOYED, RESTART]
    assert record(server) == "schema"


def test_isolation_is_one_transaction(server: Recorder) -> None:
    server.run(ALL, PLAIN)
    lines = read(server.runner, SQL)[1].splitlines()
    assert [line for line in lines if line in ("BEGIN;", "COMMIT;")] == ["BEGIN;", "COMMIT;"]
    assert lines[-1] == "COMMIT;"
    assert "\\set names ''" in lines


def test_names_are_values(server: Recorder) -> None:
    server.run(SOME, PLAIN)
    assert "\\set names '[\"fruits\", \"it''s\"]'" in read(server.runner, SQL)[1]


def test_an_app_that_is_isolated_keeps_its_url_and_is_not_restarted(server: Recorder) -> None:
    assert server.run(ALL, LINKED, IS_DEPLOYED) == [
        *LOOKS,
        SQL,
        SQL,
        *LINK,
        OPTIONS,
        SQL,
        SQL,
        SQL,
        SQL,
        OPTIONS,
        COVERED,
        KEYS,
    ]


def test_a_move_that_fails_leaves_link_and_record(server: Recorder) -> None:
    failed = {SQL: ByInput({"BEGIN": Answer(3, "", "ERROR:  permission denied\n"), "": "[]"})}
    server.fails(ALL, PLAIN, failed)
    assert server.runner.lines == [*LOOKS, SQL, SQL]
    assert not server.file(RECORD).exists()


def test_undo_gives_the_url_back_before_the_tables_move(server: Recorder) -> None:
    server.run(ALL, PLAIN)
    lines = server.run(UNDO, LINKED, IS_DEPLOYED, NONE)
    unset = "config:unset --no-restart fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD"
    assert lines[: len(LOOKS) + 6] == [*LOOKS, SQL, DSN, URL, IMPORT, unset, SQL]
    assert lines.count(RESTART) == 1
    assert json.loads(read(server.runner, IMPORT)[0]) == {"DATABASE_URL": SUPERUSER}
    assert record(server) == "superuser"


def test_undoing_what_is_undone_changes_nothing_on_the_app(server: Recorder) -> None:
    assert server.run(UNDO, PLAIN, IS_DEPLOYED, NONE) == [*LOOKS, SQL, DSN, URL, SQL, *LINK, KEYS]


def test_undo_asks_who_else_uses_the_schema(server: Recorder) -> None:
    assert server.fails(UNDO, LINKED, postgres(users="fruits\nplums\n")) == (
        "the schema fruits is shared with plums; nothing was changed. Their tables would leave with those of fruits"
    )
    assert server.runner.lines == [*LOOKS, SQL]


def test_undo_leaves_a_url_that_is_neither_the_roles_nor_the_superusers(server: Recorder) -> None:
    other = {URL: "postgres://plums:c0ffee@dokku-postgres-db:5432/db\n"}
    assert server.fails(UNDO, LINKED, NONE, other) == "fruits: its DATABASE_URL leads elsewhere; nothing was changed"


@pytest.mark.parametrize("command", [ALL, UNDO])
def test_nothing_is_begun_on_a_sick_server_or_for_another_stack(server: Recorder, command: Isolate) -> None:
    assert "Dokku does not answer" in server.fails(command, LINKED, {"--quiet apps:list": Answer(1)})
    assert server.runner.lines == ["--quiet apps:list"]
    server.put(RECORD, '{"access": "schema", "stack": "other"}')
    assert "belongs to the stack other, not to prod" in server.fails(command, LINKED)
    assert server.runner.lines == []
