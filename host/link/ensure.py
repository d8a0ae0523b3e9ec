"""An app that is linked to the shared database."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from host.core.host import Host
from host.link.linker import Linker
from host.link.options import LinkCommand
from host.link.record import SCHEMA
from host.settings.remove import reset


@dataclass(frozen=True)
class EnsureLink(LinkCommand, noun="link", verb="ensure"):
    """Link an app to the database, with a role and a schema of its own, or with the superuser's URL."""

    _: KW_ONLY
    access: str = SCHEMA
    """schema or superuser."""
    was: str = ""
    """An earlier name of the app, whose role and schema it takes over."""
    restart: bool = True
    """The app has no settings in the stack file: what is left of earlier ones is reset, and a deployed app restarts
    here if that or its URL changed. Otherwise `settings ensure`, which comes after, restarts it for both.
    """

    def run(self, host: Host) -> None:
        """See Linker."""
        if self.restart:
            reset(host, self.app)
        Linker(host, self, self.access, self.was).ensure(restart=self.restart)
