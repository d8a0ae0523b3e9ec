"""The example app, as Bun runs it and as its Python twin: the same rules for both, on a real PostgreSQL."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from sandbox import bun
from tests.examples import postgres
from tests.examples.postgres import Postgres

FRUITS = Path(__file__).resolve().parents[2] / "examples" / "fruits"
ALL = ["apple", "banana", "another-apple", "cherry", "fig", "quince"]
_PATIENCE = 20.0  # seconds


@dataclass
class App:
    """A running app and the database it was given."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    sql: Callable[[str], list[tuple[object, ...]]]

    def get(self, path: str) -> tuple[int, str]:
        """Status and text of an answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=_PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def names(self, text: str) -> list[str]:
        """What the app finds for a filter."""
        status, body = self.get(f"/?filter={quote(text)}")
        assert status == 200, body
        found = json.loads(body)
        assert isinstance(found, list)
        return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One PostgreSQL for the module; each test has a database of its own in it."""
    running = postgres.start(tmp_path_factory.mktemp("postgres"))
    yield running
    running.stop()


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
def launch(server: Postgres, command: list[str], tmp_path: Path) -> Iterator[Callable[[], App]]:
    """Starts the app, as often as the test likes, on one empty database."""
    database = f"db{time.monotonic_ns()}"
    server.run(f"CREATE DATABASE {database}")
    started: list[App] = []

    def start() -> App:
        port, log = _free_port(), tmp_path / f"log{len(started)}"
        environment = {"PATH": os.environ["PATH"], "DATABASE_URL": server.url(database), "HOST": "127.0.0.1"}
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=FRUITS, env=environment | {"PORT": str(port)}, stdout=out, stderr=out
            )
        app = App(process, port, log, lambda text: server.run(text, database))
        started.append(app)
        _wait_for_port(app)
        return app

    yield start
    for app in started:
        app.process.kill()
        app.process.wait(_PATIENCE)
    server.run(f"DROP DATABASE {database} WITH (FORCE)")


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


def test_twenty_first_requests_at_once_seed_once(launch: Callable[[], App]) -> None:
    apps = [launch(), launch()]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda number: apps[number % 2].names("app"), range(20)))
    assert answers == [["apple", "another-apple"]] * 20
    assert apps[0].sql("SELECT count(*) FROM fruits") == [(len(ALL),)]


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
    assert postgres.PASSWORD not in app.log.read_text()


def test_health_is_200_while_a_query_answers(server: Postgres, app: App) -> None:
    assert app.get("/health") == (200, "ok\n")
    app.sql("SELECT 1")  # the database's name stays known to `app`
    name = str(app.sql("SELECT current_database()")[0][0])
    server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    assert app.get("/health") == (503, "no database\n")
    server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    assert app.get("/health") == (200, "ok\n")


def test_another_path_is_404(app: App) -> None:
    assert app.get("/fruits") == (404, "not found\n")


def test_it_says_who_serves(app: App, command: list[str]) -> None:
    who = "the Python twin, no Bun here" if command[-1] == "twin.py" else f"Bun {bun.version()}"
    assert app.log.read_text().startswith(f"fruits ({who}) listens on 127.0.0.1:{app.port}")


def test_a_stop_is_quick_and_clean(app: App) -> None:
    app.names("app")
    app.process.terminate()
    assert app.process.wait(_PATIENCE) == 0


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_port(app: App) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", app.port), timeout=1).close()
            return
        except OSError:
            assert app.process.poll() is None, app.log.read_text()
            assert time.monotonic() < deadline, app.log.read_text()
            time.sleep(0.05)
