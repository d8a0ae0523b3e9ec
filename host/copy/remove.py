"""A service's dumps are copied to no second store any more."""

from __future__ import annotations

from dataclasses import dataclass

from host.copy.settings import folder
from host.core.command import Command
from host.core.host import Host
from host.core.ownership import claim


@dataclass(frozen=True)
class RemoveCopy(Command, noun="copy", verb="remove", lock="copy-settings.{service}"):
    """Forget the second store and its key. The copies there stay."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where it is forgotten already. A run that is at it ends first."""
        claim(host, f"services/{self.service}")
        if host.state.names(folder(self.service)):
            with host.lock(f"copy.{self.service}"):
                host.state.remove_all(folder(self.service))
            host.step(f"{self.service}: dumps are no longer copied to a second store; the copies there stay")
