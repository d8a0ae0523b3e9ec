"""Data is dropped only when no app uses it."""

import json

from host.link.drop_data import DropData
from host.programs.runner import Answer
from tests.host.link.answers import LINKED, LINKS, RECORD, SQL, postgres, read
from tests.host.recorder import Answers, ByInput, Recorder

DROP = DropData("fruits", service="db")
UNLINKED: Answers = {**LINKED, LINKS: "plums\n", **postgres()}
BASELINE = "/var/lib/petbase/services/db/watch/baseline.json"
BEFORE = ["--quiet apps:list", "--quiet postgres:list", LINKS]


def test_data_is_dropped_when_no_app_uses_it(server: Recorder) -> None:
    assert server.run(DROP, UNLINKED, {**postgres()}) == [*BEFORE, *[SQL] * 6]
    lines = read(server.runner, SQL)[2].splitlines()
    assert [line for line in lines if line in ("BEGIN;", "COMMIT;")] == ["BEGIN;", "COMMIT;"]
    assert server.printed.endswith("fruits: its data is gone\n")


def test_rows_are_not_missed_where_the_drop_is_cut_off_once_they_are_gone(server: Recorder) -> None:
    cut = ByInput({"json_agg(nspname": '["fruits", "drizzle"]', "DROP SCHEMA": Answer(137), "": ""})
    server.put(BASELINE, '{"dump": "old.tgz", "bytes": 1, "rows": {"fruits.t": 1, "drizzle.log": 1, "plums.t": 1}}')
    server.fails(DROP, UNLINKED, {SQL: cut})
    assert json.loads(server.file(BASELINE).read_text())["rows"] == {"plums.t": 1}


def test_data_of_a_linked_app_stays(server: Recorder) -> None:
    assert server.fails(DROP, LINKED) == (
        "fruits is linked to db, so its data is in use; nothing was dropped. First take it out of the stack file and "
        "run pulumi up"
    )
    assert server.runner.lines == BEFORE


def test_data_of_a_schema_in_use_stays(server: Recorder) -> None:
    assert server.fails(DROP, UNLINKED, postgres(users="plums\nweb\n")) == (
        "the schema fruits is in use by plums web; nothing was dropped"
    )
    assert server.runner.lines == [*BEFORE, SQL]


def test_nothing_is_begun_on_a_sick_server_or_for_another_stack(server: Recorder) -> None:
    assert "Dokku does not answer" in server.fails(DROP, {"--quiet apps:list": Answer(1)})
    assert "the database db is not on this server" in server.fails(DROP, {"--quiet postgres:list": ""})
    server.put(RECORD, '{"access": "schema", "stack": "other"}')
    assert "belongs to the stack other, not to prod" in server.fails(DROP, UNLINKED)
    assert server.runner.lines == []
