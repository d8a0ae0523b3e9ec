"""Loads an opened dump into the staging container."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from host.core.errors import HostError
from host.loading.pg_restore import cores
from host.loading.verdict import reason
from host.restore.facts import RefusedError
from host.staging.container import SOURCE, Staging
from host.staging.failures import Failure, of_pg_restore, of_psql
from host.staging.forms import TAR, Opened
from host.values.text import printable

# The failures alone, and of those no more than a person or this program can use.
_QUIETLY = '"$@" >/dev/null 2>/tmp/petbase_errors; code=$?; head -c 262144 /tmp/petbase_errors; exit $code'
# Rows of COPY are no text of SQL, and where a COPY fails psql takes them for it. Rows of INSERT have no end to see.
_WITHOUT_ROWS = r'file=$1; shift; sed "$@" "$file" >"$file.sql"'
_ROWS_OF = r"/^COPY {table} .*FROM stdin;$/,/^\\\.$/d"
_CONTENT = r"TABLE DATA|SEQUENCE SET|BLOBS|MATERIALIZED VIEW DATA"
_PLAIN_NAME = re.compile(r"\w+", re.ASCII)
_DATABASES = """
SELECT COALESCE(json_agg(datname ORDER BY datname), '[]') FROM pg_database WHERE datallowconn AND NOT datistemplate
"""
_FILLED = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND nspname !~ '^(pg_|information_schema$)' AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
"""


def fill(staging: Staging, dump: Opened, left: Collection[str], *, rows: bool) -> tuple[Failure, ...]:
    """Load it, with or without rows, and without those of schemas that are `left` out; what PostgreSQL refused.

    HostError where it broke off.
    """
    words = _psql(dump, left, rows=rows) if dump.is_plain else _pg_restore(dump, left, rows=rows)
    answer = dump.file.exec("sh", "-c", _QUIETLY, "sh", *words)
    failures = (of_psql if dump.is_plain else of_pg_restore)(answer.stdout)
    # pg_restore exits with 1 where statements failed, psql with 0.
    if answer.code not in (0, 1) or (answer.code == 1 and not failures) or not _answers(staging):
        raise HostError(
            f"the source could not be loaded: {reason(answer.stdout)}; nothing was changed. Take another dump",
            answer.stdout,
        )
    return failures


def database_of(staging: Staging, wanted: str = "") -> Staging:
    """The database that holds the source: a dump of a whole server makes its own. REFUSED where it cannot be known."""
    names: list[str] = staging.psql.json(_DATABASES)
    filled = [name for name in names if staging.in_database(name).psql.value(_FILLED) != "0"]
    if wanted and wanted not in filled:
        raise _which(f"holds no table in a database {wanted}", filled)
    if not wanted and len(filled) > 1:
        raise _which("is of a whole server", filled)
    return staging.in_database(wanted or next(iter(filled), staging.database))


def _which(what: str, filled: Iterable[str]) -> HostError:
    there = ", ".join(map(printable, filled)) or "none"
    return RefusedError(f"the dump {what}; nothing was changed. Name one: --database NAME; it has: {there}")


def _psql(dump: Opened, left: Collection[str], *, rows: bool) -> list[str]:
    tables = [rf'"\{{0,1\}}{schema}"\{{0,1\}}\..*' for schema in sorted(left) if _PLAIN_NAME.fullmatch(schema)]
    edits = [word for table in (tables if rows else [".*"]) for word in ("-e", _ROWS_OF.format(table=table))]
    path = dump.file.path
    if edits:
        answer = dump.file.exec("sh", "-c", _WITHOUT_ROWS, "sh", path, *edits)
        if not answer.ok:
            raise HostError(
                "the source could not be read; nothing was changed. Run the same command again", answer.stderr
            )
        path = f"{path}.sql"
    return ["psql", "--no-psqlrc", "--quiet", "--set", "ECHO=errors", "--username", "postgres", "--file", path, SOURCE]


def _pg_restore(dump: Opened, left: Collection[str], *, rows: bool) -> list[str]:
    how = ["--no-owner", "--no-acl", "--no-tablespaces", "--no-subscriptions", "--username", "postgres"]
    what = ["--use-list", _listed(dump, left, rows=rows)]
    jobs = ["--jobs", str(cores())] if rows and dump.form != TAR else []
    return ["pg_restore", *how, *what, *jobs, "--dbname", SOURCE, dump.file.path]


def _listed(dump: Opened, left: Collection[str], *, rows: bool) -> str:
    """A file that lists all but rows, or but those of schemas that are left out. Large objects then have no content."""
    listed = dump.file.exec("pg_restore", "--list", dump.file.path).stdout.splitlines()
    schemas = "|".join(map(re.escape, sorted(left)))
    unwanted = re.compile(rf"\d+; \d+ \d+ (?:{f'TABLE DATA (?:{schemas})' if rows else _CONTENT}) ")
    wanted = "\n".join(line for line in listed if not unwanted.match(line))
    target = replace(dump.file, path="/tmp/petbase_list")
    target.exec("sh", "-c", 'cat >"$1"', "sh", target.path, stdin=f"{wanted}\n")
    return target.path


def _answers(staging: Staging) -> bool:
    return staging.host.ask("docker", "exec", staging.name, "pg_isready", "--quiet").ok
