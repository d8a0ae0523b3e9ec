"""Brings the database to what this release needs: each file of migrations/ runs once, in the order of its number.

All that are new run in one transaction, so a release's migrations are there as a whole or not at all. What cannot run
in one, like CREATE INDEX CONCURRENTLY, cannot be a migration here.
"""

import hashlib
from pathlib import Path

import psycopg

FOLDER = Path(__file__).resolve().parent / "migrations"
LOCK = 1_853_060  # any number that means "notes migrates"

# Locks count for a whole database. The schema makes this one ours: the same app in another schema does not wait for it.
_WAIT = "SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))"
_DONE = """CREATE TABLE IF NOT EXISTS migrations (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
)"""


class MigrationError(Exception):
    """A migration cannot run; nothing of this run's was done."""


def migrate(db: psycopg.Connection[tuple[str, str]], folder: Path = FOLDER) -> list[str]:
    """Run what is new, and tell which files that were; MigrationError or psycopg.Error leaves all as it was.

    The second process waits, and finds nothing left to do.
    """
    with db.transaction():
        db.execute(_WAIT, (LOCK,))
        db.execute(_DONE)
        done = dict(db.execute("SELECT name, sha256 FROM migrations").fetchall())
        return [file.name for file in sorted(folder.glob("*.sql")) if _ran(db, file, done.get(file.name))]


def _ran(db: psycopg.Connection[tuple[str, str]], file: Path, before: str | None) -> bool:
    text = file.read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    if before == digest:
        return False
    if before:
        raise MigrationError(f"{file.name} was changed after it ran; put the change into a new file")
    try:
        db.execute(text)
    except psycopg.Error as error:
        raise MigrationError(f"{file.name}: {error}") from error
    db.execute("INSERT INTO migrations (name, sha256) VALUES (%s, %s)", (file.name, digest))
    return True
