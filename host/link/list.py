"""The apps that are linked to a service, and as which role."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from host.core.command import Command
from host.core.host import Host
from host.dokku import config
from host.dokku.apps import require_dokku
from host.dokku.services import linked_apps, require_service
from host.link.url import parse
from host.link.variables import DATABASE_URL
from host.schema.model import Link
from host.values.json_values import to_json


@dataclass(frozen=True)
class ListLinks(Command, noun="link", verb="list"):
    """List the apps that are linked to a service, each with the role in its DATABASE_URL."""

    _: KW_ONLY
    service: str

    def run(self, host: Host) -> None:
        """Apps of any stack, and those that somebody linked by hand."""
        require_dokku(host)
        require_service(host, self.service)
        urls = {app: parse(config.get(host, app, DATABASE_URL)) for app in linked_apps(host, self.service)}
        host.out.result(to_json(tuple(Link(app, url.role if url else "") for app, url in urls.items())))
