"""An app that leaves the stack."""

from __future__ import annotations

from dataclasses import dataclass

from host.core.command import Command
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import MADE, MAKING, claim
from host.dokku.apps import app_exists, require_dokku


@dataclass(frozen=True)
class RemoveApp(Command, noun="app", verb="remove"):
    """Destroy an app that this stack made; forget one that was here before. Its schema stays either way."""

    app: str

    @property
    def resource(self) -> str:
        """The lock."""
        return f"app.{self.app}"

    def run(self, host: Host) -> None:
        """Nothing to do where the app has gone already."""
        owner = claim(host, f"apps/{self.app}")
        require_dokku(host)
        # apps:destroy writes to the LINKS of every service of the host.
        with host.lock(SERVICES_LOCK):
            if app_exists(host, self.app):
                if owner and owner.how in (MAKING, MADE):
                    host.step(f"{self.app}: destroying; its schema stays in the database")
                    host.dokku("apps:destroy", self.app, "--force")
                else:
                    host.step(f"{self.app}: was here before Petbase, stays")
            host.state.remove_all(f"apps/{self.app}")
