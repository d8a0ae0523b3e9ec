"""Statements of a source that PostgreSQL refused while it was loaded, and which of them matter.

A dump of a platform names roles, extensions and event triggers that are not here; without them the app's data is whole.
Any other refusal concerns its data, unless it concerns a schema that is left out.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from host.values.sql_names import unquoted
from host.values.text import printable

_IDENTIFIER = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_PSQL = re.compile(
    r"^psql:[^\n]*?:\d+: ERROR:\s+([^\n]*)\n?(.*?)(?=^psql:[^\n]*?:\d+: ERROR:|\Z)", re.MULTILINE | re.DOTALL
)
_STATEMENT = re.compile(r"^(?:psql:[^\n]*?:\d+: )?STATEMENT:\s+(.*)", re.MULTILINE | re.DOTALL)
_RESTORE = re.compile(r"^pg_restore: error: ([^\n]*)\n?(.*?)(?=^pg_restore: |\Z)", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^Command was: (.*)", re.MULTILINE | re.DOTALL)
# What belongs to a server or a platform, and not to an app's data.
_AROUND = re.compile(
    r"(?:COMMENT|SECURITY LABEL) ON|(?:CREATE|ALTER|DROP) (?:EXTENSION|ROLE|USER|DATABASE|EVENT TRIGGER|PUBLICATION|"
    r"SUBSCRIPTION|SERVER|FOREIGN DATA WRAPPER|TABLESPACE)|CREATE SCHEMA|DROP |GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|"
    r"SET |SELECT pg_catalog\.set_config|ALTER [^;]* OWNER TO"
)
_NO_ROLE = re.compile(r'role "(.*)" does not exist')
_QUALIFIED = re.compile(rf"({_IDENTIFIER})\.{_IDENTIFIER}")
_EXTENSION = re.compile(rf"CREATE EXTENSION (?:IF NOT EXISTS )?({_IDENTIFIER})")
_NAMED = re.compile(rf"CREATE (POLICY|USER MAPPING) ({_IDENTIFIER} ON \S+|FOR \S+)")
_FOREIGN_KEY = re.compile(
    rf"ALTER TABLE (?:ONLY )?(\S+)\s+ADD CONSTRAINT ({_IDENTIFIER}) FOREIGN KEY .*? REFERENCES ({_IDENTIFIER})\.",
    re.DOTALL,
)
_LINE_CHARS = 200


@dataclass(frozen=True)
class Failure:
    """A statement that failed, "" where the program did not say which, and PostgreSQL's reason."""

    reason: str
    statement: str

    @property
    def extension(self) -> str:
        """The extension that it would have made; "" for any other statement."""
        found = _EXTENSION.match(self.statement)
        return unquoted(found[1]) if found else ""

    @property
    def schema(self) -> str:
        """The schema of its object, which pg_dump names first; "" where it names none."""
        found = _QUALIFIED.search(self.statement)
        return unquoted(found[1]) if found else ""

    def lost(self, left: Collection[str]) -> str:
        """What the app is without, and can be: what is for a role that is not here, a key to a schema that is `left`
        out. "" for anything else.
        """
        if found := (_NAMED.match(self.statement) if _NO_ROLE.search(self.reason) else None):
            return printable(f"{found[1].lower()} {found[2]}")
        key = _FOREIGN_KEY.match(self.statement)
        return printable(f"table constraint {key[2]} on {key[1]}") if key and unquoted(key[3]) in left else ""

    @property
    def sentence(self) -> str:
        """Statement and reason in one line."""
        first = " ".join(self.statement.split())[:_LINE_CHARS]
        return printable(f"{self.reason} ({first})" if first else self.reason)

    def matters(self, left: Collection[str]) -> bool:
        """Whether data of the app may be missing for it."""
        return not (_AROUND.match(self.statement) or self.lost(left) or self.schema in left)


def of_psql(output: str) -> tuple[Failure, ...]:
    """The failures in what psql printed with ECHO=errors."""
    return tuple(_failures(_PSQL.finditer(output), _STATEMENT))


def of_pg_restore(output: str) -> tuple[Failure, ...]:
    """The failures in what pg_restore printed."""
    return tuple(_failures(_RESTORE.finditer(output), _COMMAND))


def _failures(found: Iterator[re.Match[str]], statement: re.Pattern[str]) -> Iterator[Failure]:
    for match in found:
        command = statement.search(match[2])
        yield Failure(match[1].rpartition("ERROR:")[2].strip(), command[1].strip() if command else "")
