"""A project with Alembic as a person would have it: `alembic init`, shortened, with one revision."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_INI = "[alembic]\nscript_location = %(here)s/migrations\n"
_ENV = """
import os
from alembic import context
from sqlalchemy import create_engine

with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
_REVISION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade():
    kinds = sa.Enum("errand", "chore", name="kind")
    op.create_table("tasks", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text, nullable=False),
        sa.Column("kind", kinds, server_default="errand"))
"""


@dataclass(frozen=True)
class Project:
    """A project in `folder` that reads DATABASE_URL."""

    folder: Path

    def upgrade(self, url: str) -> None:
        """`alembic upgrade head`, which must end well."""
        words = [sys.executable, "-W", "error", "-m", "alembic", "upgrade", "head"]
        environment = {**os.environ, "DATABASE_URL": url}
        done = subprocess.run(
            words, cwd=self.folder, env=environment, text=True, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr


def project(folder: Path) -> Project:
    (folder / "migrations/versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text(_INI)
    (folder / "migrations/env.py").write_text(_ENV)
    (folder / "migrations/versions/0001_tasks.py").write_text(_REVISION)
    return Project(folder)
