"""One schema of a dump into a local database: read first, then dropped and restored as one transaction."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

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
# A try of its own for each: one that this server does not let the user make must not end the rest.
_TRY = """DO $petbase$ BEGIN
  CREATE SCHEMA IF NOT EXISTS {schema};
  CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA {schema};
EXCEPTION WHEN OTHERS THEN RAISE WARNING 'petbase: extension {plain}: %', SQLERRM;
END $petbase$;
"""


@dataclass(frozen=True)
class Extension:
    """An extension as the dump makes it, name and schema quoted where SQL wants that."""

    name: str
    schema: str

    @property
    def plain(self) -> str:
        """The name without quotes."""
        return self.name.strip('"')


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
        return cls(export, schema, tables, [Extension(*one) for one in made])

    def lacking(self, target: Local) -> list[str]:
        """The extensions that the target's PostgreSQL does not have."""
        offered = set(target.ask("SELECT name FROM pg_available_extensions;")) if self.extensions else set()
        return [one.plain for one in self.extensions if one.plain not in offered]

    def run(self, target: Local, lacking: Sequence[str]) -> list[str]:
        """Replace the schema; PostgreSQL's warnings. PetbaseError, and all is as before, when anything fails.

        psql commits only after pg_restore said that it wrote everything; pg_restore --single-transaction would not
        drop what the dump does not know.
        """
        head = f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE;\n'
        head += "".join(
            _TRY.format(name=one.name, plain=one.plain.replace("'", "''"), schema=one.schema)
            for one in self.extensions
            if one.plain not in lacking
        )
        head += f'CREATE SCHEMA IF NOT EXISTS "{self.schema}";\n'
        with tempfile.TemporaryFile() as said:
            with target.session(said) as psql:
                problem = self._feed(psql, "BEGIN;\nSET LOCAL client_min_messages = warning;\n" + head)
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
    """Where a session finds everything, as the app's role has it on the server (components/dokku/scripts/room.sh)."""
    return [schema, *sorted({one.schema.strip('"') for one in extensions} - {schema})]


def as_sql(path: Sequence[str]) -> str:
    """For SET; every name is quoted, since one may be a word of SQL."""
    return ", ".join(f'"{name}"' for name in path)


def url_end(path: Sequence[str]) -> str:
    """What a DATABASE_URL ends in so that its sessions have this search_path; libpq, Bun and psycopg understand it."""
    names = [name if _PLAIN.fullmatch(name) else f'"{name}"' for name in path]
    return "?options=-csearch_path%3D" + quote(",".join(names), safe="")
