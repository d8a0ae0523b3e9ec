"""An app without settings in the stack file."""

from __future__ import annotations

from dataclasses import dataclass

from host.app.restart import restart_if_owed
from host.core.command import Command
from host.core.host import Host
from host.core.ownership import claim
from host.dokku.apps import app_exists, require_dokku
from host.settings.converge import converge
from host.settings.table import AppSettings


@dataclass(frozen=True)
class RemoveSettings(Command, noun="settings", verb="remove", lock="settings.{app}"):
    """Reset what `settings ensure` set, and restart the app once if that is needed."""

    app: str

    def run(self, host: Host) -> None:
        """Nothing to do where the app has gone."""
        claim(host, f"apps/{self.app}")
        require_dokku(host)
        if app_exists(host, self.app):
            converge(host, self.app, AppSettings(), {})
            restart_if_owed(host, self.app, "settings")


def reset(host: Host, app: str) -> None:
    """Reset what is left of settings that the stack no longer has; the caller restarts the app.

    A `settings ensure` that failed at its first run is in no state of the stack, so nothing else would.
    """
    claim(host, f"apps/{app}")
    if host.state.names(f"apps/{app}/settings"):
        host.step(f"{app}: resets settings that the stack file does not have")
        converge(host, app, AppSettings(), {})
