"""Before another major version: what runs, what is under way, and who uses the service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from host.core.command import Command
from host.core.host import Host
from host.core.ownership import owner_of
from host.database import settings
from host.dokku import config
from host.dokku.apps import app_names, is_deployed, require_dokku
from host.dokku.services import linked_apps, require_service
from host.postgres.psql import host_name
from host.restore.set_aside import old_services
from host.upgrade import state


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
    """`begun` is the version of an upgrade that was cut off, "" for none; `old` what upgrades left, by name, each with
    its version.
    """

    running: str
    begun: str
    old: dict[str, str]
    users: tuple[User, ...]


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
            {old.name: old.version for old in old_services(host, self.service)},
            tuple(_users(host, self.service)),
        )
        host.out.result(asdict(report))


def _users(host: Host, service: str) -> Iterator[User]:
    linked, address = linked_apps(host, service), f"@{host_name(service)}:"
    for app in app_names(host):
        variables = tuple(name for name, value in config.read(host, app).items() if address in value)
        if app in linked or variables:
            owner = owner_of(host, f"apps/{app}")
            yield User(app, app in linked, is_deployed(host, app), owner.stack if owner else "", variables)
