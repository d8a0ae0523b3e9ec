"""A link that leaves the stack: unlinked, the schema kept and the role closed; a found one is only forgotten."""

import json

from host.link.ensure import EnsureLink, RemoveLink
from host.programs.runner import Answer
from tests.host.link.answers import DSN, LINKED, LINKS, PLAIN, RECORD, SQL, SUPERUSER, UNLINKED, URL, read
from tests.host.recorder import Recorder

FRUITS = EnsureLink("fruits", service="db", schema="fruits")
GONE = RemoveLink("fruits", service="db")
UNLINKING = "config:get fruits DOKKU_POSTGRES_GONE_URL"
UNLINK = "postgres:unlink db fruits --no-restart"
START = ["--quiet apps:list", "--quiet postgres:list", "apps:exists fruits", LINKS]
IMPORT = "--quiet config:import --no-restart --format json fruits -"


def test_removal_keeps_the_schema_and_closes_the_role(server: Recorder) -> None:
    server.run(FRUITS, UNLINKED)
    assert server.run(GONE, LINKED) == [
        *START,
        DSN,
        URL,
        "config:unset --no-restart fruits DATABASE_URL",
        "config:unset --no-restart fruits DOKKU_POSTGRES_DB_ENV_POSTGRES_PASSWORD",
        IMPORT,
        UNLINK,
        SQL,
        SQL,
    ]
    assert json.loads(read(server.runner, IMPORT)[0]) == {"DOKKU_POSTGRES_GONE_URL": SUPERUSER}
    assert "NOLOGIN PASSWORD NULL" in read(server.runner, SQL)[0]
    assert "DROP" not in read(server.runner, SQL)[0]
    assert not server.file("/var/lib/petbase/apps/fruits").exists()


def test_removing_twice_does_nothing(server: Recorder) -> None:
    assert server.run(GONE, UNLINKED, {UNLINKING: Answer(1)}) == [*START, UNLINKING]
    gone = {"--quiet postgres:list": ""}
    assert server.run(GONE, gone) == START[:2]
    assert server.run(GONE, LINKED, {"apps:exists fruits": Answer(20)}) == START[:3]


def test_an_unknown_answer_is_no_absence(server: Recorder) -> None:
    said = server.fails(GONE, LINKED, {"apps:exists fruits": Answer(1)})
    assert said == "dokku apps:exists fruits answered 1; nothing was changed"
    assert server.runner.lines == START[:3]


def test_an_unlink_that_was_cut_off_is_finished(server: Recorder) -> None:
    """It leaves LINKS first and the app's environment, with the superuser's URL, last."""
    half = {LINKS: "", UNLINKING: f"{SUPERUSER}\n"}
    assert UNLINK in server.run(GONE, LINKED, half)


def test_the_url_of_another_service_stays(server: Recorder) -> None:
    moved = {URL: "postgres://fruits:c0ffee@dokku-postgres-new:5432/new\n"}
    assert "config:unset --no-restart fruits DATABASE_URL" not in server.run(GONE, LINKED, moved)


def test_a_found_link_is_only_forgotten(server: Recorder) -> None:
    server.run(EnsureLink("fruits", service="db", schema="fruits", access="superuser"), PLAIN)
    assert server.run(GONE, PLAIN) == ["--quiet apps:list"]
    assert not server.file(RECORD).exists()


def test_a_role_that_petbase_did_not_make_stays_open(server: Recorder) -> None:
    server.run(EnsureLink("fruits", service="db", schema="fruits", access="superuser"), UNLINKED, {URL: SUPERUSER})
    assert SQL not in server.run(GONE, PLAIN)


def test_another_stacks_link_stays(server: Recorder) -> None:
    server.run(FRUITS, UNLINKED)
    server.stack = "other"
    assert "belongs to the stack prod, not to other" in server.fails(GONE, LINKED)
    assert server.runner.lines == []
