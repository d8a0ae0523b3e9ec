"""All that a service holds, as PostgreSQL's own programs write it: what is not the same afterwards has been changed."""

import difflib
import os
import subprocess
from collections.abc import Iterator, Sequence

from tests.examples.postgres import binaries
from tests.host.container import SERVICE, Container

# They differ at each call.
_RANDOM = ("\\restrict ", "\\unrestrict ")
_MOST_LINES = 40
_SHARED = """
SELECT 'database', datname::text, datacl::text, datallowconn::text, datconnlimit::text FROM pg_database
  WHERE datname !~ '^petbase_'
UNION ALL SELECT 'parameter', parname, paracl::text, '', '' FROM pg_parameter_acl
UNION ALL SELECT 'remark', description, objoid::regrole::text, '', '' FROM pg_shdescription
  WHERE classoid = 'pg_authid'::regclass
UNION ALL SELECT 'server setting', name, setting, '', '' FROM pg_file_settings
UNION ALL SELECT 'slot', slot_name::text, '', '', '' FROM pg_replication_slots
ORDER BY 1, 2, 3
"""


State = dict[str, list[str]]


def whole(container: Container, database: str = SERVICE) -> State:
    """Roles with passwords, memberships and settings; the database with owners, grants and rows; what they share."""
    return {
        "globals": _lines(container, "pg_dumpall", "--globals-only"),
        "database": _lines(container, "pg_dump", "--dbname", database),
        "shared": [repr(row) for row in container.sql(_SHARED, "postgres")],
    }


def differences(before: State, after: State, ignored: tuple[str, ...] = ()) -> list[str]:
    """What is not the same, as lines of a diff; nothing where all is. Lines that begin with `ignored` do not count."""
    found: list[str] = []
    for part in before:
        old, new = (
            [line for line in one[part] if not (ignored and line.startswith(ignored))] for one in (before, after)
        )
        if old != new:
            found += [*difflib.unified_diff(old, new, part, part, lineterm="", n=1)][:_MOST_LINES]
    return found


def _lines(container: Container, *words: str) -> list[str]:
    server = container.server
    where = ["--host", str(server.sockets), "--port", str(server.port), "--username", "postgres"]
    command: Sequence[str] = [str(binaries() / words[0]), *where, *words[1:]]
    environment = {**os.environ, "PGOPTIONS": "-c timezone=UTC"}
    done = subprocess.run(command, capture_output=True, check=True, env=environment)
    # A row's own line breaks are written as \n, and names' as they are.
    lines = [line for line in done.stdout.decode(errors="replace").split("\n") if not line.startswith(_RANDOM)]
    return list(_sorted(lines))


def _sorted(lines: Sequence[str]) -> Iterator[str]:
    """Rows of Petbase's own tables in one order: they are written anew where something changed for a while."""
    rows: list[str] | None = None
    for line in lines:
        if rows is not None and line != "\\.":
            rows.append(_with_grants_sorted(line))
            continue
        yield from sorted(rows or ())
        rows = [] if line.startswith("COPY petbase.") else None
        yield line


def _with_grants_sorted(row: str) -> str:
    """A restore gives them one by one, and PostgreSQL keeps them in that order."""
    *cells, last = row.split("\t")
    return "\t".join([*cells, *sorted(last.strip("[]").split("], ["))])
