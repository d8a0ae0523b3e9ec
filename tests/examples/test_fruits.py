"""The example app, as Bun runs it and as its Python twin: the same rules for both, on a real PostgreSQL."""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from sandbox import bun
from tests.examples import postgres
from tests.examples.conftest import Database
from tests.examples.running import Running, Starter, until

FRUITS = Path(__file__).resolve().parents[2] / "examples" / "fruits"
ALL = ["apple", "banana", "another-apple", "cherry", "fig", "quince"]


@dataclass
class App:
    running: Running
    database: Database

    def get(self, path: str) -> tuple[int, str]:
        return self.running.get(path)

    def names(self, text: str) -> list[str]:
        status, body = self.get(f"/?filter={quote(text)}")
        assert status == 200, body
        found = json.loads(body)
        assert isinstance(found, list)
        return found

    def sql(self, text: str) -> list[tuple[object, ...]]:
        return self.database.sql(text)


@pytest.fixture(params=["bun", "twin"])
def command(request: pytest.FixtureRequest) -> list[str]:
    """How the app is started: by Bun, or as its twin."""
    if request.param == "twin":
        return [sys.executable, "twin.py"]
    binary = bun.install()
    if binary is None:
        pytest.skip("no npm here, so no Bun: only the twin is tried")
    return [str(binary), "app.ts"]


@pytest.fixture
def launch(database: Database, starter: Starter, command: list[str]) -> Callable[[], App]:
    """Starts the app, as often as the test likes, on one empty database."""
    return lambda: App(starter.start(command, FRUITS, database.url).listens(), database)


@pytest.fixture
def app(launch: Callable[[], App]) -> App:
    """A running app on an empty database."""
    return launch()


def test_the_filter_finds_what_holds_the_text(app: App) -> None:
    assert app.names("app") == ["apple", "another-apple"]
    assert app.get("/?filter=app") == (200, '["apple","another-apple"]')


def test_no_filter_is_every_fruit(app: App) -> None:
    assert json.loads(app.get("/")[1]) == ALL
    assert app.names("") == ALL


def test_the_filter_does_not_look_at_case(app: App) -> None:
    assert app.names("APP") == ["apple", "another-apple"]


def test_what_matches_nothing_is_an_empty_list(app: App) -> None:
    assert app.names("zzz") == []


@pytest.mark.parametrize("text", ["'; DROP TABLE fruits; --", "' OR '1'='1", '"', "$1", "%s", "\\'"])
def test_sql_in_the_filter_is_only_text(app: App, text: str) -> None:
    assert app.names(text) == []
    assert app.names("") == ALL


def test_wildcards_are_only_characters(app: App) -> None:
    app.names("")
    app.sql(r"INSERT INTO fruits (name) VALUES ('50%'), ('star_fruit'), ('back\slash')")
    assert (app.names("%"), app.names("_"), app.names("\\")) == (["50%"], ["star_fruit"], ["back\\slash"])
    assert app.names("a_p") == []


def test_a_nul_in_the_filter_is_refused(app: App) -> None:
    assert app.get("/?filter=%00")[0] == 400


def test_twenty_first_requests_at_once_seed_once(launch: Callable[[], App], database: Database) -> None:
    """Two processes, ten requests each: the one that makes the table is held there until the other waits too."""
    apps = [launch(), launch()]
    with ThreadPoolExecutor(20) as pool, database.gate("CREATE TABLE"):
        asked = [pool.submit(apps[number % 2].names, "app") for number in range(20)]
        until(lambda: database.waiting() == 2, "two processes that wait")
    assert [one.result() for one in asked] == [["apple", "another-apple"]] * 20
    assert database.sql("SELECT count(*) FROM fruits") == [(len(ALL),)]


def test_a_restart_does_not_bring_back_what_was_deleted(launch: Callable[[], App]) -> None:
    first = launch()
    first.names("")
    first.sql("DELETE FROM fruits WHERE name = 'apple'")
    assert launch().names("app") == ["another-apple"]


def test_a_dropped_table_is_an_error_and_a_restored_one_answers_again(app: App) -> None:
    assert app.names("app") == ["apple", "another-apple"]
    app.sql("ALTER TABLE fruits RENAME TO kept")
    assert app.get("/?filter=app") == (500, '{"error":"the database did not answer"}')
    app.sql("CREATE TABLE fruits AS TABLE kept")
    app.sql("DROP TABLE kept")
    assert app.names("app") == ["apple", "another-apple"]


def test_an_error_names_no_table_and_no_password(app: App) -> None:
    app.names("")
    app.sql("DROP TABLE fruits")
    status, body = app.get("/?filter=app")
    assert (status, json.loads(body)) == (500, {"error": "the database did not answer"})
    assert postgres.PASSWORD not in app.running.log.read_text()


def test_health_is_200_while_a_query_answers(app: App) -> None:
    assert app.get("/health") == (200, "ok\n")
    app.database.closed(True)
    assert app.get("/health") == (503, "no database\n")
    app.database.closed(False)
    assert app.get("/health") == (200, "ok\n")


def test_another_path_is_404(app: App) -> None:
    assert app.get("/fruits") == (404, "not found\n")


def test_it_says_who_serves(app: App, command: list[str]) -> None:
    who = "the Python twin, no Bun here" if command[-1] == "twin.py" else f"Bun {bun.version()}"
    assert app.running.log.read_text().startswith(f"fruits ({who}) listens on 127.0.0.1:{app.running.port}")


def test_without_a_port_it_listens_on_80(starter: Starter, command: list[str], database: Database) -> None:
    starter.start_alone(command, FRUITS, database.url_by_socket).says("listens on 0.0.0.0:80\n")


def test_a_stop_is_quick_and_clean(app: App) -> None:
    app.names("app")
    app.running.process.terminate()
    assert app.running.ended() == 0


def test_the_image_has_the_bun_that_is_tried_here() -> None:
    text = (FRUITS / "Dockerfile").read_text()
    assert f"FROM oven/bun:{bun.version()}-slim\n" in text
    assert "EXPOSE 80\n" in text
    assert 'LABEL petbase.twin="twin.py"\n' in text


def test_the_app_has_no_dependencies() -> None:
    assert "dependencies" not in json.loads((FRUITS / "package.json").read_text())


def test_buns_lock_file_names_no_host() -> None:
    text = (bun.HERE / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "://" not in text
