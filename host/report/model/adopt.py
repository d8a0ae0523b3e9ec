"""The report for ./petbase adopt: a server that somebody set up. Both ends of the connection use these types."""

from dataclasses import dataclass
from typing import Literal

Access = Literal["superuser", "unset", "role", "elsewhere", "twice"]
"""How an app comes into a service that it is linked to: by the superuser's URL and nothing else, without a
DATABASE_URL, by another role, to another place, or by the superuser's URL under two names."""
Encryption = Literal["", "passphrase", "public key"]


@dataclass(frozen=True)
class SshKey:
    """A key that may push."""

    fingerprint: str
    name: str


@dataclass(frozen=True)
class FoundDumps:
    """A service's scheduled dumps. `schedule` and `target` are None where cron makes none.

    `endpoint` is None where the service has no credentials, and "" for Amazon's own S3.
    """

    schedule: str | None = None
    target: str | None = None
    endpoint: str | None = None
    region: str = ""
    encryption: Encryption = ""
    iam: bool = False


@dataclass(frozen=True)
class FoundService:
    """A PostgreSQL service. `environment` are the names of its container's variables, `owner` the stack that has it."""

    name: str
    status: str
    image: str
    version: str
    options: str
    memory: str
    environment: tuple[str, ...]
    exposed: str
    owner: str
    links: dict[str, Access]
    dumps: FoundDumps


@dataclass(frozen=True)
class FoundApp:
    """An app. `certificate` is when its own one ends, as OpenSSL writes it; `variables` are names."""

    name: str
    domains: tuple[str, ...]
    certificate: str
    ports: tuple[str, ...]
    variables: tuple[str, ...]
    owner: str


@dataclass(frozen=True)
class AdoptReport:
    """All of a server. `domains` are Dokku's global ones, `plugins` those that are not Dokku's own, with versions."""

    dokku: str
    plugins: dict[str, str]
    domains: tuple[str, ...]
    keys: tuple[SshKey, ...]
    services: tuple[FoundService, ...]
    apps: tuple[FoundApp, ...]
