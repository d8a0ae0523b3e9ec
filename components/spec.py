"""The estate: what a stack file may say under `petbase:estate`, and nothing else.

Closed (a typo is an error), frozen, kebab-case, everything defaulted that can be. Rules that need more than one field
are in `components.rules`; reading the stack file and naming paths in errors is `components.stack_file`.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.app_spec import App
from components.section import Section
from components.types import (
    AccountId,
    AppName,
    BucketName,
    BucketPath,
    CronSchedule,
    DumpSource,
    Fqdn,
    PostgresVersion,
    PublicKey,
    Release,
    ServiceName,
    Url,
)


def _sha256(value: str) -> str:
    if len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ValueError(f'"{value}" is no SHA-256; 64 hex digits, from sha256sum')
    return value


def _cidr(value: str) -> str:
    from ipaddress import ip_network

    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f'"{value}" is no network; as in "203.0.113.7/32"') from None


Network = Annotated[str, AfterValidator(_cidr)]
Port = Annotated[int, Field(ge=1, le=65535)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class Server(Section):
    """A new Hetzner VPS, or (`host`) one that exists and of which nothing is created."""

    type: Word = "cx23"
    image: Word = "debian-12"
    location: Word = "nbg1"
    authorized_keys: tuple[PublicKey, ...] = ()
    ssh_from: tuple[Network, ...] = ("0.0.0.0/0", "::/0")
    ssh_port: Port = 22
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")] | None = None
    host_key: PublicKey | None = None
    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]*$")] = "root"
    protect: bool | None = None


class Dokku(Section):
    """Versions that are installed where absent and otherwise left alone."""

    version: Release = "0.38.27"
    bootstrap_sha256: Annotated[str, AfterValidator(_sha256)] | None = None
    postgres_plugin: Release = "1.48.0"


class Database(Section):
    """The one shared PostgreSQL. `config` holds server settings, as in `max_connections: 100`. `restore_from` fills an
    empty one from the bucket.
    """

    service: ServiceName = "db"
    version: PostgresVersion = "18.4"
    memory_mb: Annotated[int, Field(ge=128)] | None = None
    config: dict[
        Annotated[str, Field(pattern=r"^[a-z_.]+$")],
        Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$", coerce_numbers_to_str=True)],
    ] = {}
    restore_from: DumpSource | None = None
    protect: bool | None = None


class Backups(Section):
    """Where dumps go, when, how long they stay, and for how long nobody can remove them."""

    store: Literal["r2", "s3"] = "r2"
    account_id: AccountId | None = None
    token_owner: Literal["account", "user"] = "account"
    token_generation: Annotated[int, Field(ge=1)] = 1
    write_from: tuple[Network, ...] = ()
    jurisdiction: Literal["default", "eu", "fedramp"] = "default"
    location: Literal["weur", "eeur", "enam", "wnam", "apac", "oc"] | None = None
    endpoint: Url | None = None
    region: Word = "auto"
    bucket: BucketName = "db-backups"
    bucket_exists: bool = False
    path: BucketPath | None = None
    schedule: CronSchedule = "0 3 * * *"
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 35
    lock_days: Annotated[int, Field(ge=0, le=3650)] = 7
    encrypt: bool = False
    paused: bool = False
    drill: Literal["weekly", "daily", "monthly", "never"] = "weekly"
    protect: bool | None = None

    @property
    def target(self) -> str:
        """`bucket` or `bucket/path`, as the plugin's verbs want it."""
        return f"{self.bucket}/{self.path}" if self.path else self.bucket


Part = Server | Database | Backups | App


class Estate(Section):
    """Everything that one stack makes."""

    domain: Fqdn
    protect: bool = True
    generation: Annotated[int, Field(ge=1)] = 1
    server: Server
    dokku: Dokku = Dokku()
    database: Database = Database()
    backups: Backups
    apps: dict[AppName, App] = {}

    def schema_of(self, app: str) -> str:
        """The schema that `app` lives in: its own name unless the stack file names one."""
        return self.apps[app].schema_name or app

    def domains_of(self, app: str) -> tuple[str, ...]:
        """The names that `app` answers to: `APP.DOMAIN` unless the stack file names some."""
        return self.apps[app].domains or (f"{app}.{self.domain}",)

    def protects(self, part: Part) -> bool:
        """Whether an edit may remove or replace this part: its own word, else the estate's."""
        return self.protect if part.protect is None else part.protect
