"""An app that leaves the stack."""

from dataclasses import dataclass

from host.app.rename_state import pending
from host.core.command import Command
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import MADE, MAKING, claim, owner_of
from host.dokku.apps import app_exists, destroy_app, require_dokku


@dataclass(frozen=True)
class RemoveApp(Command, noun="app", verb="remove", lock="app.{app}"):
    """Destroy an app that this stack made; forget one that was here before. Its schema stays either way."""

    app: str

    def run(self, host: Host) -> None:
        """Nothing to do where the app has gone already."""
        owner = claim(host, f"apps/{self.app}")
        require_dokku(host)
        # apps:destroy writes to the LINKS of every service of the host.
        with host.lock(SERVICES_LOCK):
            for app in (self.app, *_old_self(host, self.app)):
                if not app_exists(host, app):
                    continue
                if owner and owner.how in (MAKING, MADE):
                    host.step(f"{app}: destroying; its schema stays in the database")
                    destroy_app(host, app)
                else:
                    host.step(f"{app}: was here before Petbase, stays")
            host.state.remove_all(f"apps/{self.app}")


def _old_self(host: Host, app: str) -> list[str]:
    """The other name of an app whose rename was not finished, unless the stack has an app of that name again."""
    rename = pending(host, app)
    if not rename:
        return []
    other = rename.source if rename.target == app else rename.target
    return [] if owner_of(host, f"apps/{other}") else [other]
