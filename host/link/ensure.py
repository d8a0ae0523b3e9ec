"""An app that is linked to the shared database."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from host.core.host import Host
from host.link.linker import Linker
from host.link.options import LinkCommand
from host.link.record import SCHEMA


@dataclass(frozen=True)
class EnsureLink(LinkCommand, noun="link", verb="ensure"):
    """Link an app to the database, with a role and a schema of its own, or with the superuser's URL."""

    _: KW_ONLY
    access: str = SCHEMA
    """schema or superuser."""
    was: str = ""
    """An earlier name of the app, whose role and schema it takes over."""
    restart: bool = True
    """Restart a deployed app whose URL changed. Without it, the settings, which come after, restart it for both."""

    def run(self, host: Host) -> None:
        """See Linker."""
        Linker(host, self, self.access, self.was).ensure(restart=self.restart)
