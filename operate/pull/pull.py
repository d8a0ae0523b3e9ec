"""An app's schemas of a dump into a local database: read first, then dropped and restored as one transaction.

What an app wrote runs while it is loaded (a check, a trigger, a generated column), so a role without rights loads it.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from host.loading.guard import patience
from host.loading.pg_restore import list_of
from host.postgres.objects import OBJECTS
from host.postgres.psql import script
from host.values.sql_names import quoted
from host.values.text import printable
from operate.core.errors import PetbaseError, RefusedError, tail
from operate.pull import loading_role, pg_tools
from operate.pull.contents import Contents, Extension
from operate.pull.loading_role import loading
from operate.pull.local_postgres import Local, Place

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
# From 17 on pg_restore writes SET transaction_timeout, which earlier servers refuse.
_TIMEOUTS_SINCE = 17
# PostgreSQL speaks the user's language, so its WARNING cannot be looked for.
_OURS = re.compile(r"petbase: (extension .*)")
# An extension is the local user's, whose rights the loading role does not have. So a schema with one in it stays, and
# everything else in it is dropped, as the owner of a schema may.
_BEGIN = (
    """
BEGIN READ WRITE;
SET LOCAL client_min_messages = warning;
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL array_nulls = on;
SET LOCAL transform_null_equals = off;
"""
    + OBJECTS
    + r"""
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace n
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas'))
  AND NOT EXISTS (SELECT FROM pg_extension WHERE extnamespace = n.oid) \gexec
SELECT format('DROP %s IF EXISTS %s CASCADE', kind, identity) FROM pg_temp.objects
  WHERE schema_name IN (SELECT json_array_elements_text(:'schemas')) AND NOT part_of_type ORDER BY turn DESC \gexec
DROP VIEW pg_temp.objects;
SELECT format('CREATE SCHEMA IF NOT EXISTS %I', schema) FROM json_array_elements_text(:'schemas') AS schema \gexec
"""
)
# A try for each extension: one that this server does not let the user make must not end the rest. psql puts no values
# into a quoted block, so they come as settings of the session.
_EXTENSION_SQL = """
SET default_transaction_read_only = off;
SELECT set_config('petbase.extension', :'name', false), set_config('petbase.schema', :'schema', false) \\g /dev/null
DO $petbase$ BEGIN
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', current_setting('petbase.schema'));
  EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', current_setting('petbase.extension'),
    current_setting('petbase.schema'));
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'petbase: extension %: %', current_setting('petbase.extension'), SQLERRM;
END $petbase$;
"""


@dataclass(frozen=True)
class Pull:
    """What is taken of the dump `export`, which is what pg_dump wrote."""

    export: Path
    contents: Contents

    def lacking(self, target: Local) -> list[str]:
        """The extensions that the target's PostgreSQL does not have."""
        extensions = self.contents.extensions
        offered = set(target.ask("SELECT name FROM pg_available_extensions;")) if extensions else set()
        return [one.name for one in extensions if one.name not in offered]

    def run(self, target: Local, place: Place, lacking: Sequence[str]) -> list[str]:
        """Replace the schemas; PostgreSQL's warnings. PetbaseError, and all is as before, when anything fails."""
        warnings = self._extend(target, lacking)
        with loading(target, place, self.contents.schemas, self.contents.extension_schemas) as loader:
            problem = self._load(loader, lambda process: loading_role.end(target, process))
        if problem:
            missing = [*warnings, *(f"extension {name}: not offered" for name in lacking)]
            at_fault = f" Missing here: {'; '.join(missing)}" if missing else ""
            raise PetbaseError(f"Nothing was changed in {self.contents.names}. {printable(problem)}.{at_fault}")
        return warnings

    def _extend(self, target: Local, lacking: Sequence[str]) -> list[str]:
        """Make the extensions that others may need too; what cannot be made."""
        wanted = [one for one in self.contents.extensions if one.name not in lacking]
        said = [target.complaints(_EXTENSION_SQL, name=one.name, schema=one.schema) for one in wanted]
        return [warning for text in said for warning in _OURS.findall(text)]

    def _load(self, loader: Local, end: Callable[[str], None]) -> str:
        """As one transaction; why nothing came of it, or "". `end` ends a process in PostgreSQL.

        psql commits only after pg_restore said that it wrote everything; pg_restore --single-transaction would not
        drop what the dump does not know.
        """
        with tempfile.TemporaryFile() as said:
            with loader.session(said) as (psql, process):

                def stop() -> None:
                    with suppress(PetbaseError):
                        end(process)
                    psql.kill()

                with pg_tools.limited(patience(self.export.stat().st_size), stop) as late:
                    problem = self._feed(psql, script(_BEGIN, schemas=self.contents.schemas))
            said.seek(0)
            complaints = said.read().decode(errors="replace")
        if late:
            return late[0]
        return tail(complaints, 3) if psql.returncode else str(problem or "")

    def _feed(self, psql: "subprocess.Popen[bytes]", head: str) -> PetbaseError | None:
        """The whole script; without its last word where pg_restore failed, so that psql ends without a commit."""
        assert psql.stdin
        problem = None
        try:
            psql.stdin.write(head.encode())
            psql.stdin.flush()
            pg_tools.write_sql(self.export, list_of(self.contents.entries), psql.stdin.fileno())
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
    return ", ".join(map(quoted, path))


def url_end(path: Sequence[str]) -> str:
    """What a DATABASE_URL ends in so that its sessions have this search_path; libpq, Bun and psycopg understand it."""
    names = [name if _PLAIN.fullmatch(name) else '"' + name.replace('"', '""') + '"' for name in path]
    return "?options=-csearch_path%3D" + quote(",".join(names), safe="")
