"""A PostgreSQL service of a server that somebody set up: the plugin's verbs, and the files that no verb prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from host.core import files
from host.core.host import Host
from host.core.ownership import owner_of
from host.dokku import services
from host.programs.together import together
from host.report.adopt.app import AdoptedApp, access
from host.report.model.adopt import Encryption, FoundDumps, FoundService

_VARIABLE = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=", re.MULTILINE)
_BACKUP_LINE = re.compile(
    r"(?P<schedule>\S+(?: \S+){4}) dokku /usr/bin/dokku postgres:backup \S+ (?P<target>.*?)(?P<iam> --use-iam| -u)?"
)


def found_service(host: Host, service: str, apps: Mapping[str, AdoptedApp]) -> FoundService:
    """Ask the plugin. HostError where it does not answer."""
    folder, owner = services.folder(host, service), owner_of(host, f"services/{service}")
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
        owner=owner.stack if owner else "",
        links={app: access(apps[app], url) for app in linked.split() if app in apps},
        dumps=_dumps(folder, _backup_line(host, service)),
    )


def _backup_line(host: Host, service: str) -> str:
    """The line of cron that makes dumps; "" for none."""
    answer = host.ask("dokku", "postgres:backup-schedule-cat", service)
    return " ".join(answer.stdout.split()) if answer.ok else ""


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
