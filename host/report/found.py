"""Services and apps of a server that somebody set up, by Dokku's own verbs and the files that no verb prints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from host.core import files
from host.core.host import Host
from host.core.ownership import stack_of
from host.dokku import config, services
from host.programs.together import together
from host.report.model.adopt import Access, Encryption, FoundApp, FoundDumps, FoundService

_URL = "DATABASE_URL"
_VARIABLE = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=", re.MULTILINE)
_BACKUP_LINE = re.compile(
    r"(?P<schedule>\S+(?: \S+){4}) dokku /usr/bin/dokku postgres:backup \S+ (?P<target>.*?)(?P<iam> --use-iam| -u)?"
)


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
    report = FoundApp(
        name=app,
        domains=tuple(domains.split()),
        certificate=certificate.strip(),
        ports=tuple(ports.split()),
        variables=tuple(sorted(variables)),
        owner=stack_of(host, f"apps/{app}"),
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


def found_service(host: Host, service: str, apps: Mapping[str, AdoptedApp]) -> FoundService:
    """Ask the plugin. HostError where it does not answer."""
    folder = services.folder(host, service)
    url, linked, status, exposed = together(
        partial(services.superuser_url, host, service),
        lambda: "\n".join(services.linked_apps(host, service)),
        lambda: host.dokku("postgres:info", service, "--status"),
        lambda: host.dokku("postgres:info", service, "--exposed-ports"),
    )
    return FoundService(
        name=service,
        status=status.strip(),
        image=_first_line(folder / "IMAGE"),
        version=_first_line(folder / "IMAGE_VERSION"),
        options=_first_line(folder / "CONFIG_OPTIONS"),
        memory=_first_line(folder / "SERVICE_MEMORY"),
        environment=tuple(_VARIABLE.findall(files.read(folder / "ENV"))),
        exposed=exposed.strip().strip("-"),
        owner=stack_of(host, f"services/{service}"),
        links={app: access(apps[app], url) for app in linked.split() if app in apps},
        dumps=_dumps(folder, _backup_line(host, service)),
    )


def _backup_line(host: Host, service: str) -> str:
    """The line of cron that makes dumps; "" for none."""
    return " ".join(services.scheduled(host, service).split())


def _dumps(folder: Path, line: str) -> FoundDumps:
    found = _BACKUP_LINE.fullmatch(line)
    credentials = folder / "backup"
    has_credentials = (credentials / "AWS_ACCESS_KEY_ID").exists()
    return FoundDumps(
        schedule=found["schedule"] if found else None,
        target=found["target"] if found else None,
        endpoint=_first_line(credentials / "ENDPOINT_URL") if has_credentials else None,
        region=_first_line(credentials / "AWS_DEFAULT_REGION") if has_credentials else "",
        encryption=_encryption(folder / "backup-encryption"),
        iam=bool(found and found["iam"]),
    )


def _encryption(folder: Path) -> Encryption:
    if (folder / "ENCRYPTION_KEY").exists():
        return "passphrase"
    return "public key" if (folder / "ENCRYPT_WITH_PUBLIC_KEY_ID").exists() else ""


def _first_line(file: Path) -> str:
    return next(iter(files.read(file).splitlines()), "").strip()
