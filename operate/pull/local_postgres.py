"""A PostgreSQL of the developer's own: where it is, what is in it, and psql on it, whose arguments hold no password."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import IO

from host.postgres.psql import script
from host.values import postgres_url
from operate.core.errors import PetbaseError, RefusedError, tail

_SECONDS = "10"
_PSQL = ("psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", "--file", "-")
# Only Petbase's server lets no role connect by default and sets a search_path for each login role
# (host/postgres/roles.py, owners.py).
_LOOK = """
\\echo :HOST
\\echo :PORT
SELECT current_user;
SELECT current_database();
SELECT current_setting('server_version_num')::int / 10000;
SELECT has_function_privilege('pg_control_system()', 'EXECUTE') AS may \\gset
\\if :may
SELECT system_identifier FROM pg_control_system();
\\else
\\echo
\\endif
SELECT NOT has_database_privilege('public', current_database(), 'CONNECT') AND EXISTS (
  SELECT FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = setrole JOIN pg_database d ON d.oid = setdatabase
  WHERE datname = current_database() AND rolcanlogin AND NOT rolsuper AND setconfig::text LIKE '%search_path=%');
"""
_HELD = """
SELECT count(*) FROM pg_namespace WHERE nspname IN (SELECT json_array_elements_text(:'schemas'));
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname IN (SELECT json_array_elements_text(:'schemas')) AND relkind IN ('r', 'p', 'm', 'f');
"""
_WHO = "SELECT pg_backend_pid();\n\\o /dev/null\n"
_TRUSTED = """
SELECT name FROM pg_available_extension_versions AS v WHERE to_jsonb(v) ->> 'trusted' = 'true' GROUP BY name;
"""


@dataclass(frozen=True)
class Place:
    """What a PostgreSQL says of itself. `system` is one number per cluster, empty where it is not told;
    `petbase`: Petbase made its roles and schemas.
    """

    host: str
    port: str
    user: str
    database: str
    major: int
    system: str
    petbase: bool

    def __str__(self) -> str:
        return f'"{self.database}" at {self.host}, port {self.port}, as {self.user}'

    @property
    def near(self) -> bool:
        """Whether it is on this machine, as far as an address can tell."""
        if self.host.startswith(("/", "@")) or self.host in ("", "localhost"):
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True)
class Local:
    """A database by libpq's own words; without any it is what PGHOST, PGUSER and the like say, or libpq's defaults."""

    settings: Mapping[str, str] = field(repr=False)
    source: str

    def look(self) -> Place:
        """What is there. PetbaseError when it cannot be reached."""
        host, port, user, database, major, system, petbase = self.ask(_LOOK)
        return Place(host, port, user, database, int(major), system, petbase == "t")

    def holds(self, schemas: Sequence[str]) -> int | None:
        """How many tables these schemas have; None where there is none of them."""
        there, tables = self.ask(_HELD, schemas=schemas)
        return int(tables) if there != "0" else None

    def trusted_extensions(self) -> list[str]:
        """Those that a role may create that has no rights but on the database."""
        return self.ask(_TRUSTED)

    def ask(self, sql: str, **values: object) -> list[str]:
        """What psql prints for `sql`, line by line; PetbaseError with PostgreSQL's own words."""
        return self._psql(sql, values).stdout.splitlines()

    def complaints(self, sql: str, **values: object) -> str:
        """What psql warns of. PetbaseError with PostgreSQL's own words."""
        return self._psql(sql, values).stderr

    def _psql(self, sql: str, values: Mapping[str, object]) -> "subprocess.CompletedProcess[str]":
        with self.environment() as environment:
            done = subprocess.run(
                _PSQL, input=script(sql, **values), text=True, capture_output=True, env=environment, check=False
            )
        if done.returncode:
            raise PetbaseError(f"The PostgreSQL of {self.source} cannot be used: {tail(done.stderr, 2)}")
        return done

    @contextmanager
    def session(self, said: IO[bytes]) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
        """psql that reads a script from its stdin, and its process id in PostgreSQL ("" if it cannot log in).

        What it complains of goes to `said`.
        """
        with self.environment() as environment:
            psql = subprocess.Popen(_PSQL, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environment)
            try:
                yield psql, _first_line(psql, _WHO)
            finally:
                psql.kill()
                psql.wait()
                if psql.stdout:
                    psql.stdout.close()

    @contextmanager
    def environment(self) -> Iterator[dict[str, str]]:
        """For psql: a service file that its owner alone can read, since arguments can be read by everybody."""
        ours = {**os.environ, "PGCONNECT_TIMEOUT": _SECONDS}
        if not self.settings:
            yield ours
            return
        with tempfile.NamedTemporaryFile("w", prefix="petbase-service-") as file:
            file.write("[petbase]\n" + "".join(f"{name}={value}\n" for name, value in self.settings.items()))
            file.flush()
            yield {**ours, "PGSERVICEFILE": file.name, "PGSERVICE": "petbase"}


def _first_line(psql: "subprocess.Popen[bytes]", sql: str) -> str:
    assert psql.stdin
    assert psql.stdout
    with suppress(BrokenPipeError):
        psql.stdin.write(sql.encode())
        psql.stdin.flush()
    return psql.stdout.readline().decode().strip()


def chosen(to: str | None) -> Local:
    """The database of --to, else of DATABASE_URL, else of PGHOST and its like. RefusedError for what is no URL."""
    if to is not None:
        return Local(_parsed(to, "--to"), "--to")
    if url := os.environ.get("DATABASE_URL"):
        return Local(_parsed(url, "DATABASE_URL"), "DATABASE_URL")
    return Local({}, "PGHOST, PGUSER and PGDATABASE, or their defaults")


def _parsed(url: str, source: str) -> dict[str, str]:
    """A URL as libpq's keywords. No message shows it: it may hold a password."""
    found = postgres_url.settings(url)
    if found is None:
        raise RefusedError(f"{source} is not a PostgreSQL URL; write one like postgres://me@localhost:5432/dev")
    return found
