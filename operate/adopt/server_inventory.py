"""What a server that somebody set up tells of itself (scripts/adopt.sh), as types. No secret is among it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.dokku import looking
from operate.core.errors import PetbaseError, RefusedError
from operate.server.report import ServerReport, lines
from operate.server.ssh import Connection

_CRON_LINE = re.compile(
    r"(?P<schedule>\S+(?: \S+){4}) dokku /usr/bin/dokku postgres:backup \S+ (?P<target>.*?)(?P<iam> --use-iam| -u)?"
)


@dataclass(frozen=True)
class Dumps:
    """A service's scheduled dumps. `schedule` and `target` are None where cron makes none; `endpoint` is None without
    credentials, and empty for Amazon's own S3; `locked` says by what dumps are encrypted, if they are.
    """

    schedule: str | None = None
    target: str | None = None
    endpoint: str | None = None
    region: str = ""
    locked: str = ""
    iam: bool = False


@dataclass(frozen=True)
class Service:
    """A PostgreSQL service. `links` are its apps, and how each comes in: `superuser`, or a way of its own."""

    name: str
    status: str
    image: str
    version: str
    options: str
    memory: str
    environment: tuple[str, ...]
    exposed: str
    owner: str
    links: Mapping[str, str]
    dumps: Dumps


@dataclass(frozen=True)
class App:
    """An app; `certificate` is until when its own one lasts, `owner` the stack that has it already."""

    name: str
    domains: tuple[str, ...]
    certificate: str
    ports: tuple[str, ...]
    variables: tuple[str, ...]
    owner: str


@dataclass(frozen=True)
class Found:
    """All of a server. `domains` are Dokku's global ones, `keys` those that may push: fingerprint and name."""

    dokku: str
    plugins: Mapping[str, str]
    domains: tuple[str, ...]
    keys: tuple[str, ...]
    services: tuple[Service, ...]
    apps: tuple[App, ...]

    def service(self, name: str) -> Service:
        """The service of this name. RefusedError when there is none."""
        for found in self.services:
            if found.name == name:
                return found
        names = ", ".join(found.name for found in self.services)
        raise RefusedError(f'This server has no PostgreSQL service "{name}"; it has: {names}.')


def read(connection: Connection) -> Found:
    """Ask the server, over one connection. PetbaseError when it does not answer, or not as Dokku does."""
    seen = ServerReport(tuple(lines(connection.run("sh", "-c", looking.adopt()))))
    if broken := seen.value("broken"):
        raise PetbaseError(f"The server cannot be described: {broken}. Nothing was written.")
    if seen.value("end") is None:
        raise PetbaseError("The server's answer came cut off; try again.")
    return Found(
        dokku=(seen.words("release") or [""])[-1],
        plugins=dict(_split(value) for value in seen.values("plugin")),
        domains=tuple(seen.words("domain")),
        keys=tuple(seen.values("key")),
        services=tuple(_service(seen, name) for name in seen.words("services")),
        apps=tuple(_app(seen, name) for name in seen.words("apps")),
    )


def _service(seen: ServerReport, name: str) -> Service:
    image, version = _split(seen.value(f"image {name}") or "")
    return Service(
        name=name,
        status=seen.value(f"status {name}") or "",
        image=image,
        version=version,
        options=seen.value(f"options {name}") or "",
        memory=seen.value(f"memory {name}") or "",
        environment=tuple(seen.words(f"environment {name}")),
        exposed=(seen.value(f"exposed {name}") or "").strip("-"),
        owner=_owner(seen, f"services/{name}"),
        links=dict(_split(value) for value in seen.values(f"link {name}")),
        dumps=_dumps(seen, name),
    )


def _dumps(seen: ServerReport, name: str) -> Dumps:
    line = _CRON_LINE.fullmatch(seen.value(f"schedule {name}") or "")
    return Dumps(
        schedule=line["schedule"] if line else None,
        target=line["target"] if line else None,
        endpoint=seen.value(f"store {name}"),
        region=seen.value(f"region {name}") or "",
        locked=seen.value(f"locked {name}") or "",
        iam=bool(line and line["iam"]),
    )


def _app(seen: ServerReport, name: str) -> App:
    return App(
        name=name,
        domains=tuple(seen.words(f"domains {name}")),
        certificate=seen.value(f"certificate {name}") or "",
        ports=tuple(seen.words(f"ports {name}")),
        variables=tuple(seen.words(f"variables {name}")),
        owner=_owner(seen, f"apps/{name}"),
    )


def _owner(seen: ServerReport, what: str) -> str:
    """The stack whose mark it bears: `made STACK`."""
    return _split(seen.value(f"owner {what}") or "")[1]


def _split(value: str) -> tuple[str, str]:
    first, _, rest = value.partition(" ")
    return first, rest
