"""A stand-in for Rails' migrations: the SQL that it sends, in its order, without Ruby.

As its sources say it (github.com/rails/rails, activerecord/lib/active_record: migration.rb, schema_migration.rb,
internal_metadata.rb, connection_adapters/postgresql_adapter.rb and postgresql/schema_statements.rb). What it lacks:
everything but tables, versions and the lock.
"""

import zlib
from collections.abc import Sequence
from typing import Any

import psycopg

Session = psycopg.Connection[Any]


class ConcurrentMigrationError(Exception):
    """As Rails raises it."""


def exists(session: Session, table: str) -> bool:
    """`table_exists?`: what is in a schema of the search path."""
    found = session.execute(
        "SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ANY (current_schemas(false)) AND c.relname = %s AND c.relkind IN ('r','p')",
        [table],
    )
    return found.fetchone() is not None


def key(session: Session) -> int:
    """Which lock: the same for every app of a database, since the schema is not in it."""
    return 2053462845 * zlib.crc32(session.info.dbname.encode())


def lock(session: Session) -> bool:
    """`get_advisory_lock`: true or false at once."""
    return bool(session.execute(f"SELECT pg_try_advisory_lock({key(session)})".encode()).fetchall()[0][0])


def unlock(session: Session) -> None:
    """`release_advisory_lock`."""
    session.execute(f"SELECT pg_advisory_unlock({key(session)})".encode())


def migrate(session: Session, migrations: Sequence[tuple[str, str]]) -> list[str]:
    """`bin/rails db:migrate`: what it applied. ConcurrentMigrationError where somebody holds the lock."""
    if not exists(session, "schema_migrations"):
        session.execute('CREATE TABLE "schema_migrations" ("version" character varying NOT NULL PRIMARY KEY)')
    if not exists(session, "ar_internal_metadata"):
        session.execute(
            'CREATE TABLE "ar_internal_metadata" ("key" character varying NOT NULL PRIMARY KEY,'
            ' "value" character varying, "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL)'
        )
    if not lock(session):
        raise ConcurrentMigrationError("Cannot run migrations because another migration process is currently running.")
    applied = []
    try:
        done = {version for (version,) in session.execute('SELECT "version" FROM "schema_migrations"').fetchall()}
        for version, text in [one for one in migrations if one[0] not in done]:
            with session.transaction():
                session.execute(text.encode())
                session.execute('INSERT INTO "schema_migrations" ("version") VALUES (%s)', [version])
            applied.append(version)
    finally:
        unlock(session)
    return applied
