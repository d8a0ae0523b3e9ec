"""One schema of a dump into a local database: read first, then dropped and restored as one transaction."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from host.postgres.psql import script
from operate.core.errors import PetbaseError, RefusedError, tail
from operate.pull import pg_tools
from operate.pull.local_postgres import Local, Place

# Lines of `pg_restore --list`: catalogue, object, kind, schema, name, owner.
_SCHEMA = r"^\d+; 2615 \d+ SCHEMA - {schema} "
_TABLE = r"^\d+; 1259 \d+ (?:TABLE|MATERIALIZED VIEW|FOREIGN TABLE) {schema} "
_EXTENSION = re.compile(r"^\d+; 3079 \d+ EXTENSION - .*$", re.MULTILINE)
_MAKES = re.compile(r"^CREATE EXTENSION IF NOT EXISTS (\S+) WITH SCHEMA (\S+);$", re.MULTILINE)
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
# From 17 on pg_restore writes SET transaction_timeout, which earlier servers refuse.
_TIMEOUTS_SINCE = 17
# PostgreSQL speaks the user's language, so its WARNING cannot be looked for.
_OURS = re.compile(r"petbase: (extension .*)")
_BEGIN = """
BEGIN;
SET LOCAL client_min_messages = warning;
DROP SCHEMA IF EXISTS :"schema" CASCADE;
"""
# A try for each extension: one that this server does not let the user make must not end the rest. psql puts no values
# into a quoted block, so they come as settings of the session.
_EXTENSION_SQL = """
SELECT set_config('petbase.extension', :'name', true), set_config('petbase.schema', :'schema', true) \\g /dev/null
DO $petbase$ BEGIN
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', current_setting('petbase.schema'));
  EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', current_setting('petbase.extension'),
    current_setting('petbase.schema'));
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'petbase: extension %: %', current_setting('petbase.extension'), SQLERRM;
END $petbase$;
"""
_SCHEMA_SQL = """
CREATE SCHEMA IF NOT EXISTS :"schema";
"""


@dataclass(frozen=True)
class Extension:
    """An extension that the dump makes, and the schema that it makes it in."""

    name: str
    schema: str


@dataclass(frozen=True)
class Pull:
    """`schema` of the dump `export` (what pg_dump wrote), with how many tables, and the extensions that it needs."""

    export: Path
    schema: str
    tables: int
    extensions: Sequence[Extension]

    @classmethod
    def read(cls, export: Path, schema: str, name: str, scratch: Path) -> "Pull":
        """Of the dump called `name`. PetbaseError when it cannot be read, or knows no such schema."""
        said = pg_tools.pg_restore("--list", str(export))
        word = re.escape(schema)
        if schema != "public" and not re.search(_SCHEMA.format(schema=word), said, re.MULTILINE):
            raise PetbaseError(
                f"The dump {name} holds no schema {schema}; the app is younger than it. Make one now: ./petbase backup"
            )
        lines = "\n".join(_EXTENSION.findall(said))
        made = _MAKES.findall(pg_tools.listed(lines, export, scratch)) if lines else []
        tables = len(re.findall(_TABLE.format(schema=word), said, re.MULTILINE))
        return cls(export, schema, tables, [Extension(*(word.strip('"') for word in one)) for one in made])

    def lacking(self, target: Local) -> list[str]:
        """The extensions that the target's PostgreSQL does not have."""
        offered = set(target.ask("SELECT name FROM pg_available_extensions;")) if self.extensions else set()
        return [one.name for one in self.extensions if one.name not in offered]

    def run(self, target: Local, lacking: Sequence[str]) -> list[str]:
        """Replace the schema; PostgreSQL's warnings. PetbaseError, and all is as before, when anything fails.

        psql commits only after pg_restore said that it wrote everything; pg_restore --single-transaction would not
        drop what the dump does not know.
        """
        wanted = [one for one in self.extensions if one.name not in lacking]
        head = script(_BEGIN, schema=self.schema)
        head += "".join(script(_EXTENSION_SQL, name=one.name, schema=one.schema) for one in wanted)
        head += script(_SCHEMA_SQL, schema=self.schema)
        with tempfile.TemporaryFile() as said:
            with target.session(said) as psql:
                problem = self._feed(psql, head)
            said.seek(0)
            complaints = said.read().decode(errors="replace")
        warnings = _OURS.findall(complaints)
        if psql.returncode or problem:
            why = tail(complaints, 3) if psql.returncode else str(problem)
            missing = [*warnings, *(f"extension {name}: not offered" for name in lacking)]
            at_fault = f" Missing here: {'; '.join(missing)}" if missing else ""
            raise PetbaseError(f"Nothing was changed in {self.schema}. {why}.{at_fault}")
        return warnings

    def _feed(self, psql: "subprocess.Popen[bytes]", head: str) -> PetbaseError | None:
        """The whole script; without its last word where pg_restore failed, so that psql ends without a commit."""
        assert psql.stdin
        problem = None
        try:
            psql.stdin.write(head.encode())
            psql.stdin.flush()
            words = ("--no-owner", "--no-privileges", "--no-tablespaces", "--schema", self.schema, "--file", "-")
            pg_tools.pg_restore(*words, str(self.export), out=psql.stdin.fileno())
            psql.stdin.write(b"\nCOMMIT;\n")
        except PetbaseError as failed:
            problem = failed
        except BrokenPipeError:
            problem = PetbaseError("psql ended early")
        try:
            psql.stdin.close()
        except BrokenPipeError:
            problem = problem or PetbaseError("psql ended early")
        psql.wait()
        return problem


def check_place(place: Place, major: int, tools: int) -> None:
    """RefusedError for a server of Petbase's, and for one that such a dump cannot go into."""
    if place.petbase:
        raise RefusedError(
            f"{place} is a server of Petbase's, reached by a tunnel it seems; pull is for a database of your own. "
            "Name that: --to URL. To bring a dump back to the server: ./petbase restore"
        )
    if place.major < major:
        raise RefusedError(
            f"{place} is PostgreSQL {place.major}, and the dump is of {major}, which it cannot take. "
            f"Start a local PostgreSQL {major}, and name it: --to URL"
        )
    if place.major < _TIMEOUTS_SINCE <= tools:
        raise RefusedError(
            f"{place} is PostgreSQL {place.major}, which does not understand pg_restore {tools}. "
            f"Put the client of {place.major} first on PATH."
        )


def search_path(schema: str, extensions: Sequence[Extension]) -> list[str]:
    """Where a session finds everything, as the app's role has it on the server (host/postgres/roles.py)."""
    return [schema, *sorted({one.schema for one in extensions} - {schema})]


def as_sql(path: Sequence[str]) -> str:
    """For SET; every name is quoted, since one may be a word of SQL."""
    return ", ".join(f'"{name}"' for name in path)


def url_end(path: Sequence[str]) -> str:
    """What a DATABASE_URL ends in so that its sessions have this search_path; libpq, Bun and psycopg understand it."""
    names = [name if _PLAIN.fullmatch(name) else f'"{name}"' for name in path]
    return "?options=-csearch_path%3D" + quote(",".join(names), safe="")
