"""Dumps schemas of a database, or all of it, into a file in the service's container."""

from collections.abc import Sequence

from host.dumps.container_file import ContainerFile
from host.loading.verdict import LoadError, reason
from host.postgres.locks import DUMP_LIMIT
from host.postgres.psql import inside
from host.values.sql_names import pattern
from host.values.text import printable

WORK_FILE = "/tmp/petbase_restore"
"""The copy of what is taken along, in the service's container."""

_OTHERS = """
SELECT COALESCE(json_agg(nspname), '[]') FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN (SELECT json_array_elements_text(:'schemas'))
"""


def dump_schemas(file: ContainerFile, schemas: Sequence[str], database: str) -> None:
    """Dump schemas of a database into a file, with casts of their types.

    Told which schemas to dump, pg_dump leaves casts out; told which ones to leave out, it does not.
    """
    others = inside(file.host, file.service, database).json(_OTHERS, schemas=schemas)
    words = [word for schema in others for word in ("--exclude-schema", pattern(schema))]
    _dump(file, database, "--no-blobs", "--no-publications", "--no-subscriptions", *words)


def dump_database(file: ContainerFile, database: str) -> None:
    """Dump a whole database into a file."""
    _dump(file, database)


def _dump(file: ContainerFile, database: str, *words: str) -> None:
    how = ["--username", "postgres", "--format", "custom", "--no-owner", "--no-acl", "--file", file.path]
    answer = file.exec("pg_dump", *how, *DUMP_LIMIT, *words, "--dbname", database)
    if not answer.ok:
        raise LoadError(f"{printable(database)} could not be copied: {reason(answer.stderr)}", answer.stderr)
