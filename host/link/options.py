"""The words that every command about an app's link shares."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field

from host.core.command import Command
from host.link import record as records
from host.postgres.roles import AppRole


@dataclass(frozen=True)
class LinkCommand(Command, lock=records.LOCK):
    """`reads` are schemas of other apps that it may read; `extension` are installed for it."""

    app: str
    _: KW_ONLY
    service: str
    schema: str
    reads: tuple[str, ...] = ()
    extension: tuple[str, ...] = ()
    connections: int | None = None
    statement_timeout: str = ""
    url_scheme: str = ""
    """How DATABASE_URL begins, such as postgresql; "" leaves it as it is."""
    url_parameter: dict[str, str] = field(default_factory=dict)
    """What stands behind the ? of DATABASE_URL; others that are there stay."""

    def role(self, password: str) -> AppRole:
        """What the app's role is given."""
        limits = self.connections, self.statement_timeout
        return AppRole(self.app, self.schema, password, self.reads, self.extension, *limits)
