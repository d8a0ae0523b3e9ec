"""The second example: Python, whose tables come from migrations, on a real PostgreSQL."""

import http.client
import json
import re
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.workspace import CHECKOUT
from tests.examples import postgres
from tests.examples.conftest import Database
from tests.examples.running import Running, Starter, until

NOTES = CHECKOUT / "examples" / "notes"
FRUITS = CHECKOUT / "examples" / "fruits"
COMMAND = [sys.executable, "app.py"]
FILES = ["0001_notes.sql", "0002_written.sql"]
Launch = Callable[[], Running]

_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = 'notes' ORDER BY ordinal_position"
_DONE = "SELECT name, sha256, applied FROM migrations ORDER BY name"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the app, whose migrations a test may edit."""
    return Path(shutil.copytree(NOTES, tmp_path / "notes"))


@pytest.fixture
def launch(database: Database, starter: Starter, source: Path) -> Launch:
    """Starts the copy on one empty database; it may not listen yet."""
    return lambda: starter.start(COMMAND, source, database.url)


@pytest.fixture
def app(launch: Launch) -> Running:
    return launch().listens()


def texts(app: Running) -> list[str]:
    status, body = app.get("/")
    assert status == 200, body
    return [note["text"] for note in json.loads(body)]


def applied(app: Running) -> list[str]:
    return re.findall(r"^notes: applied (.+)$", app.log.read_text(), re.M)


def write(folder: Path, name: str, text: str) -> None:
    (folder / "migrations" / name).write_text(text)


def test_what_is_posted_is_listed_newest_first(app: Running) -> None:
    assert texts(app) == []
    assert app.post("/", b" buy apples\n") == (201, '{"id": 1}\n')
    assert app.post("/", "größer als 1 €".encode()) == (201, '{"id": 2}\n')
    assert texts(app) == ["größer als 1 €", "buy apples"]
    written = [datetime.fromisoformat(note["written"]) for note in json.loads(app.get("/")[1])]
    assert written == sorted(written, reverse=True)


def test_the_newest_hundred_are_listed(app: Running, database: Database) -> None:
    database.sql("INSERT INTO notes (text) SELECT number::text FROM generate_series(1, 101) AS number")
    assert texts(app) == [str(number) for number in range(101, 1, -1)]


@pytest.mark.parametrize("text", ["'); DROP TABLE notes; --", "%s", "$1", "\\'", "<script>"])
def test_sql_in_a_note_is_only_text(app: Running, text: str) -> None:
    app.post("/", text.encode())
    assert texts(app) == [text]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "a note has some text, and no NUL"),
        (b" \n", "a note has some text, and no NUL"),
        (b"a\0b", "a note has some text, and no NUL"),
        (b"\xff", "a note is UTF-8"),
    ],
)
def test_what_is_no_note_is_refused(app: Running, body: bytes, why: str) -> None:
    status, answer = app.post("/", body)
    assert (status, json.loads(answer)) == (400, {"error": why})
    assert texts(app) == []


@pytest.mark.parametrize(
    ("length", "status", "why"),
    [
        ("10001", 413, "a note has at most 10000 bytes"),
        ("-1", 411, "how long is it? (Content-Length)"),
        (None, 411, "how long is it? (Content-Length)"),
    ],
)
def test_a_length_is_looked_at_before_the_text(app: Running, length: str | None, status: int, why: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", app.port, timeout=10)
    client.putrequest("POST", "/")
    if length:
        client.putheader("Content-Length", length)
    client.endheaders()
    answer = client.getresponse()
    assert (answer.status, json.loads(answer.read())) == (status, {"error": why})
    client.close()


def test_thirty_requests_at_once_are_all_answered(app: Running) -> None:
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda number: app.post("/", str(number).encode())[0], range(30)))
    assert answers == [201] * 30
    assert sorted(map(int, texts(app))) == list(range(30))


def test_health_is_200_while_a_query_answers(app: Running, database: Database) -> None:
    assert app.get("/health") == (200, '"ok"\n')
    database.closed(True)
    assert app.get("/health") == (503, '{"error": "the database did not answer"}\n')
    assert app.get("/") == (500, '{"error": "the database did not answer"}\n')
    database.closed(False)
    assert app.get("/health") == (200, '"ok"\n')


def test_another_path_is_404(app: Running) -> None:
    assert app.get("/notes")[0] == app.post("/notes", b"x")[0] == 404


def test_without_a_port_it_listens_on_80(starter: Starter, database: Database) -> None:
    starter.start_alone(COMMAND, NOTES, database.url_by_socket).says("notes listens on 0.0.0.0:80\n")


def test_a_stop_is_quick_and_clean(app: Running) -> None:
    assert texts(app) == []
    app.process.terminate()
    assert app.ended() == 0


def test_an_empty_database_gets_every_migration_in_order(app: Running, database: Database) -> None:
    assert applied(app) == FILES == sorted(file.name for file in (NOTES / "migrations").iterdir())
    assert [row[0] for row in database.sql(_DONE)] == FILES
    assert database.sql(_COLUMNS) == [("id",), ("text",), ("written",)]


def test_a_second_start_does_nothing(launch: Launch, app: Running, database: Database) -> None:
    app.post("/", b"stays")
    before = database.sql(_DONE)
    again = launch().listens()
    assert applied(again) == []
    assert database.sql(_DONE) == before
    assert texts(again) == ["stays"]


def test_only_what_is_new_runs(launch: Launch, app: Running, source: Path, database: Database) -> None:
    app.post("/", b"old")
    write(source, "0003_pinned.sql", "ALTER TABLE notes ADD COLUMN pinned boolean NOT NULL DEFAULT false")
    assert applied(launch().listens()) == ["0003_pinned.sql"]
    assert database.sql("SELECT text, pinned FROM notes") == [("old", False)]
    assert texts(app) == ["old"]  # the release before still serves


def test_two_that_start_at_once_migrate_once(launch: Launch, database: Database) -> None:
    """The first is held at its first table until the second waits as well."""
    with database.gate("CREATE TABLE"):
        both = [launch(), launch()]
        until(lambda: database.waiting() == 2, "two processes that wait")
    assert sorted(applied(app.listens()) for app in both) == [[], FILES]
    assert [row[0] for row in database.sql(_DONE)] == FILES


def test_a_bad_migration_leaves_the_tables_as_they_were(
    launch: Launch, app: Running, source: Path, database: Database
) -> None:
    app.post("/", b"stays")
    before = database.sql(_DONE)
    write(source, "0003_good.sql", "ALTER TABLE notes ADD COLUMN pinned boolean")
    write(source, "0004_bad.sql", "UPDATE notes SET text = 'gone'; ALTER TABLE nots ADD COLUMN x integer")
    fresh = launch()
    assert fresh.ended() == 1
    assert fresh.log.read_text() == 'notes: 0004_bad.sql: relation "nots" does not exist\n'
    assert database.sql(_COLUMNS) == [("id",), ("text",), ("written",)]
    assert database.sql(_DONE) == before
    assert texts(app) == ["stays"]


def test_a_mended_migration_runs_at_the_next_start(launch: Launch, source: Path) -> None:
    write(source, "0003_bad.sql", "ALTER TABLE nots ADD COLUMN pinned boolean")
    assert launch().ended() == 1
    write(source, "0003_bad.sql", "ALTER TABLE notes ADD COLUMN pinned boolean")
    assert applied(launch().listens()) == [*FILES, "0003_bad.sql"]


def test_a_migration_that_ran_may_not_be_edited(launch: Launch, app: Running, source: Path) -> None:
    assert texts(app) == []
    file = source / "migrations" / FILES[1]
    file.write_text(file.read_text().replace("DEFAULT now()", "DEFAULT 'epoch'"))
    fresh = launch()
    assert fresh.ended() == 1
    assert fresh.log.read_text() == (
        "notes: 0002_written.sql was changed after it ran; put the change into a new file\n"
    )


def test_a_kill_inside_a_migration_leaves_nothing(launch: Launch, source: Path, database: Database) -> None:
    write(source, "0003_slow.sql", "SELECT pg_sleep(60)")
    app = launch()
    sleeping = f"SELECT 1 FROM pg_stat_activity WHERE datname = '{database.name}' AND wait_event = 'PgSleep'"
    until(lambda: database.sql(sleeping) == [(1,)], "the slow migration")
    app.process.kill()
    app.ended()
    # The server notices a lost client when the statement ends; here it is told.
    database.sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
    assert database.sql("SELECT to_regclass('notes'), to_regclass('migrations')") == [(None, None)]
    write(source, "0003_slow.sql", "SELECT 1")
    assert applied(launch().listens()) == [*FILES, "0003_slow.sql"]


def test_no_database_is_an_end_that_names_no_password(launch: Launch, database: Database) -> None:
    database.closed(True)
    app = launch()
    assert app.ended() == 1
    assert "is not currently accepting connections" in app.log.read_text()
    assert postgres.PASSWORD not in app.log.read_text()


def test_two_apps_share_a_database_and_do_not_meet(starter: Starter, database: Database) -> None:
    """Each by its own role, whose search_path is all that tells it where its tables are."""
    urls = {name: database.schema(name) for name in ("fruits", "notes", "other")}
    fruits = starter.start([sys.executable, "twin.py"], FRUITS, urls["fruits"]).listens()
    notes, other = (starter.start(COMMAND, NOTES, urls[name]).listens() for name in ("notes", "other"))
    assert json.loads(fruits.get("/?filter=app")[1]) == ["apple", "another-apple"]
    notes.post("/", b"mine")
    assert (texts(notes), texts(other)) == (["mine"], [])
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE tableowner LIKE 'db%' ORDER BY 1, 2"
    assert database.sql(tables) == [
        ("fruits", "fruits"),
        ("notes", "migrations"),
        ("notes", "notes"),
        ("other", "migrations"),
        ("other", "notes"),
    ]


def test_the_image_has_the_psycopg_that_is_tried_here() -> None:
    needed = (NOTES / "requirements.txt").read_text()
    assert needed in (CHECKOUT / "requirements-dev.in").read_text()


def test_the_image_is_pinned_and_takes_every_file() -> None:
    text = (NOTES / "Dockerfile").read_text()
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-\w+$", text, re.M)
    copied = {word for row in re.findall(r"^COPY (.+) \S+$", text, re.M) for word in row.split()}
    assert copied == {file.name for file in NOTES.iterdir()} - {"Dockerfile", "README.md", ".gitignore", "__pycache__"}
    assert "EXPOSE 80\n" in text
