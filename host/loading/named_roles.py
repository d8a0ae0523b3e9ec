"""Roles that a dump names: the owners of its things, and whom its policies and user mappings are for.

Roles belong to a server, not to a dump; on a new server the links, which make those of apps, come later.
"""

import re
from collections.abc import Iterable, Iterator

from host.archive.entry import Entry
from host.archive.shares import BOOTSTRAP
from host.core.host import Host
from host.postgres.psql import beside
from host.values.sql_names import unquoted
from host.values.text import printable

# Identifiers as pg_dump writes them, with what may stand between them before any expression comes.
_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|[^\s",.();]+|[,.()])')
_END_OF_NAMES = {"USING", "WITH", "SERVER", ";"}
_MISSING = """
SELECT COALESCE(json_agg(name ORDER BY name), '[]') FROM json_array_elements_text(:'names') AS name
  WHERE name NOT IN (SELECT rolname FROM pg_roles) AND name !~ '^pg_' AND name !~* '^(public|none)$'
"""
_MAKE = r"""
SELECT format('CREATE ROLE %I NOLOGIN', name) FROM json_array_elements_text(:'names') AS name \gexec
"""


def ensure_roles(host: Host, service: str, entries: Iterable[Entry]) -> None:
    """Make the roles that entries name and that are not here, with no right and no login."""
    ensure_named(host, service, (name for entry in entries for name in named(entry)))


def ensure_named(host: Host, service: str, roles: Iterable[str]) -> None:
    """The same for roles by their names, such as those that grants are given to."""
    names = sorted({*roles} - {BOOTSTRAP})
    missing: list[str] = beside(host, service).json(_MISSING, names=names) if names else []
    for name in missing:
        host.step(
            f"{service}: the dump names the role {printable(name)}, which is not here; it is made, without a login"
        )
    if missing:
        beside(host, service).execute(_MAKE, names=missing)


def named(entry: Entry) -> list[str]:
    """The roles that an entry names: its owner, and whom a policy or a user mapping is for.

    pg_dump writes both before anything that an app wrote: CREATE POLICY name ON table [AS …] [FOR …] TO role, role
    USING (…); CREATE USER MAPPING FOR role SERVER ….
    """
    owner = [entry.owner] if entry.owner else []
    word = {"POLICY": "TO", "USER MAPPING": "FOR"}.get(entry.kind)
    return owner + (_after(word, entry.definition) if word else [])


def _after(word: str, definition: str) -> list[str]:
    found: list[str] = []
    there = False
    for token in _tokens(definition):
        if token in _END_OF_NAMES:
            break
        if there and token != ",":
            found.append(unquoted(token))
        there = there or token == word
    return found


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while (match := _TOKEN.match(text, at)) is not None:
        yield match[1]
        at = match.end()
