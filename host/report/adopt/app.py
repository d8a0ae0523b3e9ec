"""An app of a server that somebody set up, by Dokku's own verbs: its release may be any."""

from __future__ import annotations

from dataclasses import dataclass, field

from host.core.host import Host
from host.core.ownership import owner_of
from host.dokku import config
from host.programs.together import together
from host.report.model.adopt import Access, FoundApp

_URL = "DATABASE_URL"


@dataclass(frozen=True)
class AdoptedApp:
    """What is reported of an app, and its variables, which stay on the server."""

    report: FoundApp
    variables: dict[str, str] = field(repr=False)


def read_app(host: Host, app: str) -> AdoptedApp:
    """Ask Dokku. HostError where it does not answer."""
    domains, certificate, ports = together(
        lambda: host.dokku("domains:report", app, "--domains-app-vhosts"),
        lambda: host.dokku("certs:report", app, "--ssl-expires-at"),
        lambda: host.dokku("ports:report", app, "--ports-map"),
    )
    variables = config.read(host, app)
    owner = owner_of(host, f"apps/{app}")
    report = FoundApp(
        name=app,
        domains=tuple(domains.split()),
        certificate=certificate.strip(),
        ports=tuple(ports.split()),
        variables=tuple(sorted(variables)),
        owner=owner.stack if owner else "",
    )
    return AdoptedApp(report, variables)


def access(app: AdoptedApp, superuser_url: str) -> Access:
    """How a linked app comes into the service with this URL."""
    current = app.variables.get(_URL, "")
    if _second_name(app, superuser_url):
        return "twice"
    if current == superuser_url:
        return "superuser"
    if not current:
        return "unset"
    return "role" if current.endswith("@" + superuser_url.rpartition("@")[2]) else "elsewhere"


def _second_name(app: AdoptedApp, superuser_url: str) -> bool:
    """Whether a second link gave the app the URL again, as in DOKKU_POSTGRES_AQUA_URL."""
    return any(
        value == superuser_url and name.startswith("DOKKU_POSTGRES_") and name.endswith("_URL")
        for name, value in app.variables.items()
    )
