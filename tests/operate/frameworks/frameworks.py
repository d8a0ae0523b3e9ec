"""Frameworks as their apps start them: each brings its tables up to date, then writes a row or a job.

Real ones from their registries, pinned: npm's in node/package-lock.json, Python's in requirements-dev.txt. Rails is a
stand-in that sends the same SQL (tests/support/frameworks/rails.py).
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from sandbox import bun
from sandbox.bun.packages import Packages
from tests.support.frameworks import alembic, django, rails

NODE = Path(__file__).resolve().parent / "node"
PACKAGES = Packages(NODE, "frameworks")
# Tests give themselves another cache folder.
_MODULES = PACKAGES.modules
MIGRATIONS = [
    ("20260101000000", 'CREATE EXTENSION IF NOT EXISTS "plpgsql" SCHEMA pg_catalog'),
    ("20260101000001", "CREATE EXTENSION IF NOT EXISTS vector"),
    (
        "20260102000000",
        'CREATE TABLE "users" ("id" bigserial primary key, "email" character varying, "face" vector(3))',
    ),
]


@dataclass(frozen=True)
class Framework:
    """`app` is what its app is called, `rows` the table that each start adds a row to. `journal` is the schema that it
    makes for itself, "" where its own tables are in the app's. `link` is what the stack file says of the app.
    """

    app: str
    rows: str
    start: Callable[[str], None]
    journal: str = ""
    link: Mapping[str, Any] = field(default_factory=dict)


def of_node(binary: Path) -> list[Framework]:
    spelling = {"url_scheme": "postgresql", "url_parameter": {"schema": "with-prisma"}}
    return [
        Framework("with-drizzle", '"with-drizzle".tasks', node(binary, "drizzle.ts"), "drizzle"),
        Framework("with-pg-boss", "pgboss.job", node(binary, "pg-boss.ts"), "pgboss"),
        Framework(
            "with-graphile", "graphile_worker._private_jobs", node(binary, "graphile-worker.ts"), "graphile_worker"
        ),
        Framework("with-prisma", '"with-prisma"."Task"', node(binary, "prisma.ts"), link=spelling),
    ]


def of_python(folder: Path) -> list[Framework]:
    """Those that run in this Python; `folder` takes their projects."""
    made = alembic.project(folder / "alembic")

    def with_alembic(url: str) -> None:
        made.upgrade(url)
        _insert(url, "INSERT INTO tasks (text) VALUES ('buy apples')")

    def with_django(url: str) -> None:
        project = folder / "django"
        site = django.Project(project, url) if project.exists() else django.project(project, url)
        site.run("migrate", "--verbosity", "0")
        _insert(url, "INSERT INTO catalog_item (name) VALUES (gen_random_uuid())")

    return [
        Framework("with-alembic", '"with-alembic".tasks', with_alembic, link={"url_scheme": "postgresql+psycopg"}),
        Framework("with-django", '"with-django".catalog_item', with_django),
        Framework("with-rails", '"with-rails".users', _with_rails, link={"extension": ("vector",)}),
    ]


def _with_rails(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        rails.migrate(session, MIGRATIONS)
        session.execute("INSERT INTO users (email, face) VALUES ('me@example.com', '[1,2,3]')")


def _insert(url: str, text: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as session:
        session.execute(text.encode())


def node(binary: Path, script: str, *words: str, **variables: str) -> Callable[[str], None]:

    def start(url: str) -> None:
        done = run(binary, script, url, *words, **variables)
        assert done.returncode == 0, done.stdout + done.stderr

    return start


def run(binary: Path, script: str, url: str, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run it; how it ended."""
    environment = {"PATH": os.environ["PATH"], "NODE_PATH": str(_MODULES), "DATABASE_URL": url, **variables}
    return subprocess.run(
        [str(binary), "--no-install", script, *words],
        cwd=NODE,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )


def installed() -> Path | None:
    """Bun, with the packages; None where npm or its registry cannot be reached."""
    return bun.install() if PACKAGES.install() else None
