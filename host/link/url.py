"""A DATABASE_URL by its meaning: which role, with which password, where.

Frameworks want their own spelling of it (postgresql://, ?schema=fruits, ?sslmode=disable), so two URLs are compared by
what they lead to, and a URL that changes keeps the spelling that it had.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SCHEME = re.compile(r"postgres(?:ql)?(?:\+[a-z][a-z0-9_]*)?|postgis")
"""Schemes of PostgreSQL: SQLAlchemy wants a driver's name behind it, GeoDjango postgis."""
LOGIN = ("host", "hostaddr", "port", "user", "password", "dbname")
"""Parameters that stand above what is before the ?, by libpq and most others."""
_PORT = 5432


@dataclass(frozen=True)
class DatabaseUrl:
    """`host` always has the port with it, as in db.example.com:5432. `database` is everything behind it."""

    role: str
    password: str
    host: str
    database: str
    scheme: str = "postgres"
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str]:
        """Which database of which server."""
        return self.host, self.database

    def means(self, other: "DatabaseUrl | None") -> bool:
        """Whether both open the same database as the same role with the same password."""
        return other is not None and replace(self, scheme="", parameters={}) == replace(other, scheme="", parameters={})

    def spelled(self, scheme: str, parameters: Mapping[str, str]) -> "DatabaseUrl":
        """The same with another scheme and other parameters."""
        return replace(self, scheme=scheme, parameters=dict(parameters))

    def __str__(self) -> str:
        query = f"?{urlencode(self.parameters, quote_via=quote)}" if self.parameters else ""
        login = f"{_quoted(self.role)}:{_quoted(self.password)}"
        return f"{self.scheme}://{login}@{self.host}/{quote(self.database)}{query}"


def parse(text: str) -> DatabaseUrl | None:
    """The URL that a text is; None for a text that is no PostgreSQL URL with a role and a host."""
    try:
        found = urlsplit(text)
        port = found.port or _PORT
    except ValueError:
        return None
    parameters = dict(parse_qsl(found.query, keep_blank_values=True))
    above = {name: parameters.pop(name) for name in LOGIN if name in parameters}
    role = above.get("user") or unquote(found.username or "")
    host = above.get("hostaddr") or above.get("host") or unquote(found.hostname or "")
    if not SCHEME.fullmatch(found.scheme) or not role or not host:
        return None
    place = f"[{host}]" if ":" in host else host
    return DatabaseUrl(
        role,
        above.get("password") or unquote(found.password or ""),
        f"{place}:{above.get('port') or port}",
        above.get("dbname") or unquote(found.path.removeprefix("/")),
        found.scheme,
        parameters,
    )


def _quoted(text: str) -> str:
    return quote(text, safe="")
