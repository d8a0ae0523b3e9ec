"""The example app with a framework, drizzle-orm, on a real PostgreSQL. Skipped only where npm is not to be had."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox import bun
from tests.examples.conftest import Database
from tests.examples.postgres import PASSWORD
from tests.examples.running import Running, Starter, until

TASKS = Path(__file__).resolve().parents[2] / "examples" / "tasks"
TABLES = """
SELECT schemaname::text, tablename::text FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1, 2
"""

Launch = Callable[[], Running]


@pytest.fixture
def launch(database: Database, starter: Starter, tmp_path: Path) -> Launch:
    """Starts the app, its packages beside it, as often as the test likes, as a role that may make schemas."""
    binary = bun.install()
    if binary is None:
        pytest.skip("npm's registry cannot be reached, so Bun and drizzle-orm are not here")
    where = shutil.copytree(TASKS, tmp_path / "tasks")
    (where / "node_modules").symlink_to(bun.packages().modules)
    url = database.schema("tasks")
    database.sql(f"GRANT CREATE ON DATABASE {database.name} TO {database.name}_tasks")
    return lambda: starter.start([str(binary), "--no-install", "app.ts"], where, url)


def listed(app: Running) -> list[tuple[str, bool]]:
    status, body = app.get("/")
    assert status == 200, body
    return [(task["text"], task["done"]) for task in json.loads(body)]


def test_tasks_are_added_listed_and_ticked_off(launch: Launch) -> None:
    app = launch().listens()
    assert app.post("/", b"buy apples") == (201, '{"id":1}')
    assert app.post("/", "größer, \"'; --".encode()) == (201, '{"id":2}')
    assert app.post("/1/done", b"") == (200, '{"id":1}')
    assert listed(app) == [("größer, \"'; --", False), ("buy apples", True)]
    assert app.get("/health") == (200, "ok\n")


def test_its_journal_is_in_its_own_schema(launch: Launch, database: Database) -> None:
    launch().listens()
    assert database.sql(TABLES) == [("tasks", "tasks"), ("tasks_drizzle", "__drizzle_migrations")]


def test_two_processes_that_start_at_once_migrate_once_and_a_third_has_nothing_to_do(
    launch: Launch, database: Database
) -> None:
    with database.gate("CREATE SCHEMA"):
        apps = [launch(), launch()]
        until(lambda: database.waiting() == 2, "two processes that wait")
    for app in apps:
        app.listens()
    apps[0].post("/", b"buy apples")
    assert listed(launch().listens()) == [("buy apples", False)]
    assert database.sql("SELECT count(*)::int FROM tasks_drizzle.__drizzle_migrations") == [(1,)]


@pytest.mark.parametrize("body", [b"", b" ", b"a\0b", b"x" * 10_001])
def test_what_is_no_task_is_refused(launch: Launch, body: bytes) -> None:
    app = launch().listens()
    assert app.post("/", body)[0] == 400
    assert app.post("/x/done", b"") == (404, '{"error":"no such task"}')
    assert listed(app) == []


def test_without_its_database_it_says_so_and_nothing_more(launch: Launch, database: Database) -> None:
    app = launch().listens()
    database.closed(True)
    assert app.get("/") == (500, '{"error":"the database did not answer"}')
    assert app.get("/health")[0] == 500
    assert PASSWORD not in app.log.read_text()
    database.closed(False)


def test_a_migration_that_fails_ends_it_before_it_listens(launch: Launch, database: Database) -> None:
    """So Dokku keeps the release before."""
    database.sql("CREATE TABLE tasks.tasks (id int)")
    assert launch().ended() != 0


def test_the_image_has_what_is_tried_here() -> None:
    assert f"FROM oven/bun:{bun.version()}-slim\n" in (TASKS / "Dockerfile").read_text()
    wanted = json.loads((TASKS / "package.json").read_text())["dependencies"]
    here = json.loads((bun.HERE / "package.json").read_text())["dependencies"]
    assert wanted.items() <= here.items()
    lock = (TASKS / "bun.lock").read_text()
    assert all(f'"{name}@{version}"' in lock for name, version in wanted.items())
    assert "://" not in lock
