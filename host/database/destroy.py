"""The end of a database service, which no edit of a stack file and no `pulumi destroy` of a protected stack brings."""

from dataclasses import dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host, scratch_lock
from host.core.ownership import FOUND, Owner, claim
from host.dokku.apps import require_dokku
from host.dokku.services import linked_apps, service_exists
from host.files.schedule import remove_schedule
from host.link import record
from host.watch.timers import stop_timers


@dataclass(frozen=True)
class DestroyDatabase(Command, noun="database", verb="destroy", lock=scratch_lock("{service}")):
    """Destroy a service that this stack made, with all its data. Its dumps stay in the bucket."""

    service: str

    def run(self, host: Host) -> None:
        """A run that was cut off is finished by the next."""
        owner = claim(host, f"services/{self.service}")
        require_dokku(host)
        self._require_unused(host, owner)
        stop_timers(host, self.service)
        remove_schedule(host, self.service)
        with host.lock(SERVICES_LOCK):
            if service_exists(host, self.service):
                host.step(f"{self.service}: destroying, with every schema in it")
                host.dokku("postgres:destroy", self.service, "--force")
            forget_service(host, self.service)
        host.step(f"{self.service}: is gone; its dumps stay in the bucket")

    def _require_unused(self, host: Host, owner: Owner | None) -> None:
        service = self.service
        if not service_exists(host, service):
            if owner is None:
                raise HostError(f"the database {service} is not on this server; nothing was changed")
            return
        if owner is None:
            raise HostError(
                f"Petbase does not know who made the database {service}; nothing was changed. Run pulumi up first"
            )
        if owner.how == FOUND:
            raise HostError(
                f"{service} was here before Petbase, so it is not Petbase's to destroy; nothing was changed. By hand: "
                f"dokku postgres:destroy {service}"
            )
        apps = linked_apps(host, service)
        if apps:
            raise HostError(
                f"{service} is linked to {', '.join(apps)}; nothing was changed. First take these apps out of the "
                "stack file and run pulumi up"
            )


def forget_service(host: Host, service: str) -> None:
    """Forget all that is known of a service, who made it last: without that a run that was cut off could not go on."""
    for app in host.state.names("apps"):
        host.state.remove(record.path(app, service))
    folder = f"services/{service}"
    for name in host.state.names(folder):
        if name != "owner":
            host.state.remove(f"{folder}/{name}")
            host.state.remove_all(f"{folder}/{name}")
    host.state.remove(f"{folder}/owner")
