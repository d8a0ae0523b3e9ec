"""SQL on a service's PostgreSQL, through psql in its container, where the local socket asks for no password.

Text and values are apart: values become psql variables, and the SQL has them as :'name' (a literal) or :"name" (an
identifier), which psql quotes. Where a name is known to PostgreSQL only, the SQL makes the statement with
format('%I') and \\gexec. No statement is ever put together in Python; `make check` looks for it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from host.core.errors import ProgramError
from host.core.host import Host

# A name or a message may hold line breaks; what PostgreSQL, psql and pg_restore say besides has a word in front.
_ERROR = re.compile(
    r"ERROR:\s+(.*?)(?=\n\s*(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|LOCATION|LINE \d+|WARNING|NOTICE|Command was):"
    r"|\n(?:psql|pg_restore|pg_dump):|\Z)",
    re.DOTALL,
)


class SqlError(ProgramError):
    """A statement that PostgreSQL refused, or a server that does not answer. `reason` is PostgreSQL's own sentence."""

    @property
    def reason(self) -> str:
        """What is wrong, on one line, without file and line number."""
        lines = [line.strip() for line in self.tail.splitlines() if line.strip()]
        return first_error(self.tail) or (lines[-1] if lines else str(self))


def first_error(output: str) -> str:
    """The first error in what a program of PostgreSQL printed, on one line; "" where there is none."""
    found = _ERROR.search(output)
    return " ".join(found[1].split()) if found else ""


PLAIN = (
    ("search_path", "pg_catalog"),
    ("quote_all_identifiers", "off"),
    ("client_encoding", "UTF8"),
    ("standard_conforming_strings", "on"),
    ("array_nulls", "on"),
    ("transform_null_equals", "off"),
    ("default_transaction_read_only", "off"),
    ("statement_timeout", "0"),
    ("lock_timeout", "0"),
    ("idle_in_transaction_session_timeout", "0"),
)
"""Settings of each session, whatever the server or the database has. It finds PostgreSQL's own functions and operators
only: an app may have made a schema with the superuser's name, and in it an operator that fits better. Names are spelled
in one way. No limit ends a session whose locks keep data from changing.
"""
# A dump's event triggers, one that forbids all changes among them, have no say in what is made of it.
QUIET = (("session_replication_role", "replica"), *PLAIN)


def container(service: str) -> str:
    """The name of the service's Docker container."""
    return f"dokku.postgres.{service}"


def database_name(service: str) -> str:
    """The name of the service's own database, as the plugin makes it."""
    return service.replace("-", "_").replace(".", "_")


def host_name(service: str) -> str:
    """Where linked apps find the service, as the plugin makes it."""
    return "dokku-postgres-" + service.replace("_", "-").replace(".", "-")


@dataclass(frozen=True)
class Psql:
    """A database of a service, and the role that speaks. `database` is the service's own unless named.

    `options` are settings of the session. `where` is the container, where it is not the service's own.
    """

    host: Host
    service: str
    database: str = ""
    role: str = "postgres"
    options: tuple[tuple[str, str], ...] = PLAIN
    where: str = ""

    def program(self, *words: str) -> list[str]:
        """The words of docker that run one of PostgreSQL's programs there, with this session's settings."""
        settings = " ".join(f"-c {name}={value}" for name, value in self.options)
        environment = ["--env", f"PGOPTIONS={settings}"] if settings else []
        return ["docker", "exec", "--interactive", *environment, self.where or container(self.service), *words]

    def words(self) -> list[str]:
        """The words of docker that run psql; its SQL comes on standard input."""
        psql = ["psql", "--username", self.role, "--dbname", self.database or database_name(self.service)]
        flags = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1"]
        return self.program(*psql, *flags)

    def execute(self, sql: str, **values: object) -> str:
        """Run SQL; what it printed. SqlError where PostgreSQL refuses or does not answer."""
        answer = self.host.ask(*self.words(), stdin=script(sql, **values))
        if not answer.ok:
            raise SqlError(f"{self.service}: PostgreSQL refused a statement", answer.stderr, answer.code)
        return answer.stdout

    def value(self, sql: str, **values: object) -> str:
        """The one value that a query gives, as text; "" for none."""
        return self.execute(sql, **values).removesuffix("\n")

    def column(self, sql: str, **values: object) -> list[str]:
        """The values of a query with one column; none of them may hold a line break."""
        return self.execute(sql, **values).splitlines()

    def json(self, sql: str, **values: object) -> Any:
        """What a query that gives one JSON value gives; None for no row. Names with line breaks are safe in it."""
        found = self.execute(sql, **values).strip()
        return json.loads(found) if found else None


def script(sql: str, **values: object) -> str:
    """SQL behind its values. A list or tuple is a JSON array: json_array_elements_text(:'names')."""
    settings = [f"\\set {name} {quoted(_text(value))}" for name, value in values.items()]
    return "\n".join([*settings, sql.strip("\n")]) + "\n"


def quoted(value: str) -> str:
    """A value for psql's \\set, which knows '' and C's escapes between single quotes."""
    escaped = value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _text(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return json.dumps(list(value))
    return "" if value is None else str(value)


def inside(host: Host, service: str, database: str) -> Psql:
    """The superuser in a database that a dump is loaded into."""
    return Psql(host, service, database, options=QUIET)


def beside(host: Host, service: str) -> Psql:
    """The superuser in the database `postgres`, from where other databases are made, renamed and dropped."""
    return Psql(host, service, "postgres", options=QUIET)


def live(host: Host, service: str) -> Psql:
    """The superuser in the live database. Its own event triggers count."""
    return Psql(host, service)
