"""The data of before an upgrade goes, for good."""

from __future__ import annotations

import re
from dataclasses import dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import MADE, claim
from host.dokku.apps import require_dokku
from host.dokku.services import linked_apps, service_exists

_OLD = re.compile(r".+-before-[0-9]+")


@dataclass(frozen=True)
class DropOld(Command, noun="upgrade", verb="drop-old", lock="database.{old}"):
    """Destroy a service that an upgrade of this stack left, and nothing that is in use."""

    old: str

    def run(self, host: Host) -> None:
        """A run that was cut off is finished by the next."""
        owner = claim(host, f"services/{self.old}")
        require_dokku(host)
        if not _OLD.fullmatch(self.old) or owner is None or owner.how != MADE:
            raise HostError(f"{self.old} is not what an upgrade of this stack left; nothing was dropped")
        with host.lock(SERVICES_LOCK):
            if service_exists(host, self.old):
                apps = linked_apps(host, self.old)
                if apps:
                    raise HostError(f"{self.old} is linked to {', '.join(apps)}; nothing was dropped")
                host.step(f"{self.old}: destroying, with the data of before the upgrade")
                host.dokku("postgres:destroy", self.old, "--force")
            host.state.remove(f"services/{self.old}/owner")
        host.step(f"{self.old}: is gone")
