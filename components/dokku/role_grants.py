"""What an app's role may do in the shared database beyond its own schema, and what it may not take from the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from components.config.app_spec import App


@dataclass(frozen=True)
class Rights:
    """`reads`: schemas that it sees read-only; `extensions` that it finds in the schema of that name; `connections` at
    once and how long a statement may run (PostgreSQL's words, as in "30s"), None for the server's own limits.
    """

    reads: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    connections: int | None = None
    statement_timeout: str | None = None

    @classmethod
    def of(cls, app: App) -> Self:
        """As the stack file says them."""
        return cls(app.reads, app.extensions, app.connections, app.statement_timeout)

    @classmethod
    def from_output(cls, output: Mapping[str, Any]) -> Self:
        """As a stack's output tells them."""
        reads, extensions = (tuple(output.get(name, ())) for name in ("reads", "extensions"))
        return cls(reads, extensions, output.get("connections"), output.get("statementTimeout"))

    def output(self) -> dict[str, Any]:
        """For a stack's outputs; `told` reads it."""
        return {
            "reads": list(self.reads),
            "extensions": list(self.extensions),
            "connections": self.connections,
            "statementTimeout": self.statement_timeout,
        }

    def values(self) -> dict[str, str]:
        """For scripts (components/dokku/scripts/room.sh)."""
        return {
            "reads": " ".join(self.reads),
            "extensions": " ".join(self.extensions),
            "connections": "-1" if self.connections is None else str(self.connections),
            "statement_timeout": self.statement_timeout or "",
        }
