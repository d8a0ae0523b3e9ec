"""What the stack file says of an app's link beyond schema and access: what its role may do, how its URL is spelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from components.config.app_spec import App


@dataclass(frozen=True)
class LinkOptions:
    """`reads`: schemas that the app may read; `extensions` that it finds; `connections` at once and how long a
    statement may run (PostgreSQL's words, as in "30s"), None for the server's own limits. `url_scheme` and
    `url_parameters` of its DATABASE_URL, None and nothing for what it has.
    """

    reads: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    connections: int | None = None
    statement_timeout: str | None = None
    url_scheme: str | None = None
    url_parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, app: App) -> Self:
        """As the stack file has them."""
        url = app.database_url
        return cls(app.reads, app.extensions, app.connections, app.statement_timeout, url.scheme, url.parameters)

    @classmethod
    def from_output(cls, output: Mapping[str, Any]) -> Self:
        """As a stack's output has them."""
        reads, extensions = (tuple(output.get(name, ())) for name in ("reads", "extensions"))
        limits = output.get("connections"), output.get("statementTimeout")
        return cls(reads, extensions, *limits, output.get("urlScheme"), output.get("urlParameters", {}))

    def output(self) -> dict[str, Any]:
        """For a stack's output; `from_output` reads it."""
        return {
            "reads": list(self.reads),
            "extensions": list(self.extensions),
            "connections": self.connections,
            "statementTimeout": self.statement_timeout,
            "urlScheme": self.url_scheme,
            "urlParameters": dict(self.url_parameters),
        }

    def fields(self) -> dict[str, Any]:
        """For the server's commands (host/link/record.py)."""
        return {
            "reads": self.reads,
            "extension": self.extensions,
            "connections": self.connections,
            "statement_timeout": self.statement_timeout or "",
            "url_scheme": self.url_scheme or "",
            "url_parameter": dict(self.url_parameters),
        }
