"""The end of a service's dumps. Those in the bucket stay."""

from dataclasses import dataclass

from host.core.command import Command
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import claim
from host.dokku.apps import require_dokku
from host.dokku.services import service_exists
from host.files.end import forget_without_keys
from host.files.settings import lock_name


@dataclass(frozen=True)
class RemoveBackup(Command, noun="backup", verb="remove", lock="backup.{service}"):
    """Forget the schedule and the credentials of a service's dumps. Those in the bucket stay."""

    service: str

    def run(self, host: Host) -> None:
        """Nothing to do where the service has gone already."""
        claim(host, f"services/{self.service}")
        require_dokku(host)
        with host.lock(SERVICES_LOCK):
            if service_exists(host, self.service):
                host.step(f"{self.service}: no more dumps; those in the bucket stay")
                host.dokku("postgres:backup-unschedule", self.service)
                host.dokku("postgres:backup-deauth", self.service)
            host.state.remove(f"services/{self.service}/passphrase")
        # The files of apps are in the same bucket, and the schedule that ends their snapshots would call a program that
        # a teardown takes along.
        with host.lock(lock_name(self.service)):
            forget_without_keys(host, self.service)
