"""Before another major version: what runs, what is under way, who uses the service; and the end of the data before."""

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.errors import HostError
from host.core.host import SERVICES_LOCK, Host
from host.core.ownership import MADE, claim, stack_of
from host.database import settings
from host.dokku import config
from host.dokku.apps import app_names, is_deployed, require_dokku
from host.dokku.services import linked_apps, require_service, service_exists
from host.postgres.psql import host_name, live
from host.restore.facts import OldService
from host.restore.held_back import held_back, path
from host.restore.set_aside import old_services
from host.upgrade import state
from host.upgrade.named import can_be_held_back, require_no_only_copy
from host.values.json_values import to_json
from host.values.old_services import parts


@dataclass(frozen=True)
class User:
    """An app that the service is linked to, or that has its address in a variable; of variables the names alone.

    `stack` is the stack that made or found it, "" for none.
    """

    name: str
    linked: bool
    deployed: bool
    stack: str = ""
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class UpgradeReport:
    """`begun` is the version of an upgrade that was cut off, "" for none; `old` what upgrades left. `data` are the
    names by which somebody's data can be held back; none while an upgrade is under way.
    """

    running: str
    begun: str
    old: tuple[OldService, ...]
    users: tuple[User, ...]
    data: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportUpgrade(Command, noun="upgrade", verb="report"):
    """Show what an upgrade of a service would concern. Nothing is changed."""

    service: str

    def run(self, host: Host) -> None:
        """See UpgradeReport."""
        require_dokku(host)
        require_service(host, self.service)
        begun = state.read(host, self.service)
        report = UpgradeReport(
            settings.read(host, self.service).version,
            begun.version if begun else "",
            tuple(old_services(host, self.service)),
            tuple(_users(host, self.service)),
            () if begun else tuple(can_be_held_back(live(host, self.service))),
        )
        host.out.result(to_json(report))


def _users(host: Host, service: str) -> Iterator[User]:
    linked, address = linked_apps(host, service), f"@{host_name(service)}:"
    for app in app_names(host):
        variables = tuple(name for name, value in config.read(host, app).items() if address in value)
        if app in linked or variables:
            yield User(app, app in linked, is_deployed(host, app), stack_of(host, f"apps/{app}"), variables)


@dataclass(frozen=True)
class DropOld(Command, noun="upgrade", verb="drop-old", lock="database.{old}"):
    """Destroy a service that an upgrade of this stack left, and nothing that is in use."""

    old: str
    _: KW_ONLY
    hold_back: tuple[str, ...] = ()
    """Whose data goes although it is nowhere else."""

    def run(self, host: Host) -> None:
        """A run that was cut off is finished by the next."""
        owner = claim(host, f"services/{self.old}")
        require_dokku(host)
        if not parts(self.old) or owner is None or owner.how != MADE:
            raise HostError(f"{self.old} is not what an upgrade of this stack left; nothing was dropped")
        with host.lock(SERVICES_LOCK):
            if service_exists(host, self.old):
                apps = linked_apps(host, self.old)
                if apps:
                    raise HostError(f"{self.old} is linked to {', '.join(apps)}; nothing was dropped")
                self._require_no_only_copy(host)
                host.step(f"{self.old}: destroying, with the data from before the upgrade")
                host.dokku("postgres:destroy", self.old, "--force")
            host.state.remove(path(self.old))
            host.state.remove(f"services/{self.old}/owner")
        host.step(f"{self.old}: is gone")

    def _require_no_only_copy(self, host: Host) -> None:
        held = held_back(host, self.old)
        if host.state.exists(path(self.old)) and not held:
            file = f"{host.state.folder}/{path(self.old)}.json"
            raise HostError(
                f"{file} cannot be read, so it is not known whose data only {self.old} has; nothing was dropped. If it "
                f"has nobody's: rm {file}"
            )
        require_no_only_copy(self.old, held, self.hold_back)
