"""A DATABASE_URL by its meaning: which role, with which password, where.

Frameworks want their own spelling of it (postgresql://, ?schema=fruits, ?sslmode=disable), so two URLs are compared by
what they lead to, and a URL that changes keeps the spelling that it had.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SCHEMES = ("postgres", "postgresql")


@dataclass(frozen=True)
class DatabaseUrl:
    """`host` has the port with it, as in db.example.com:5432. `database` is everything behind it, slashes included."""

    role: str
    password: str
    host: str
    database: str
    scheme: str = SCHEMES[0]
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        """Which database of which server."""
        return self.host, self.database

    def means(self, other: DatabaseUrl | None) -> bool:
        """Whether both open the same database as the same role with the same password."""
        return other is not None and replace(self, scheme="", parameters={}) == replace(other, scheme="", parameters={})

    def spelled(self, scheme: str, parameters: Mapping[str, str]) -> DatabaseUrl:
        """The same with another scheme and other parameters."""
        return replace(self, scheme=scheme, parameters=dict(parameters))

    def __str__(self) -> str:
        query = f"?{urlencode(self.parameters, quote_via=quote)}" if self.parameters else ""
        return f"{self.scheme}://{_quoted(self.role)}:{_quoted(self.password)}@{self.host}/{self.database}{query}"


def parse(text: str) -> DatabaseUrl | None:
    """The URL that a text is; None for a text that is no PostgreSQL URL with a role and a host."""
    try:
        found = urlsplit(text)
    except ValueError:
        return None
    login, at, host = found.netloc.rpartition("@")
    if found.scheme not in SCHEMES or not at:
        return None
    role, _, password = login.partition(":")
    parameters = dict(parse_qsl(found.query, keep_blank_values=True))
    return DatabaseUrl(unquote(role), unquote(password), host, found.path.removeprefix("/"), found.scheme, parameters)


def _quoted(text: str) -> str:
    return quote(text, safe="")
