"""The estate: what a stack file may say under `petbase:estate`, and nothing else.

Closed (a typo is an error), frozen, kebab-case, everything defaulted that can be. Rules that need more than one field
are in `components.config.rules`; reading the stack file and naming paths in errors is `components.config.stack_file`.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field

from components.config.alert_spec import AlertChannel, ChannelName
from components.config.app_spec import App
from components.config.copy_spec import Copy
from components.config.edge_spec import Edge
from components.config.section import Section
from components.config.values.form import Form
from components.config.values.types import (
    AccountId,
    AppName,
    BucketName,
    CronSchedule,
    DumpFolder,
    DumpSource,
    Fqdn,
    PostgresVersion,
    PublicKey,
    Release,
    ServiceName,
    Url,
)
from host.server.packages import versions


def _cidr(value: str) -> str:
    from ipaddress import ip_network

    try:
        return str(ip_network(value))
    except ValueError:
        raise ValueError(f'"{value}" is not a network; {_NETWORK_HINT}') from None


_NETWORK = re.compile(r"[0-9A-Fa-f.:]+(/\d{1,3})?")
_NETWORK_HINT = 'write one like "203.0.113.7/32"'
_SHA256, _ID, _WORD = re.compile(r"[0-9a-f]{64}"), re.compile(r"[1-9]\d*"), re.compile(r"[a-z0-9][a-z0-9.-]*")
_HOST, _USER = re.compile(r"[A-Za-z0-9.:-]+"), re.compile(r"[a-z_][a-z0-9_-]*")
_SETTING, _SETTING_VALUE = re.compile(r"[a-z_.]+"), re.compile(r"[A-Za-z0-9._-]+")
Network = Annotated[str, Form(_NETWORK, "a network", _NETWORK_HINT), AfterValidator(_cidr)]
Port = Annotated[int, Field(ge=1, le=65535)]
Number = Annotated[str, Form(_ID, "an id", "write the number that Hetzner shows", numbers=True)]
Word = Annotated[str, Form(_WORD, "a valid name", 'use lowercase letters, digits, "." and "-"')]
Sha256 = Annotated[str, Form(_SHA256, "a SHA-256", "write the 64 hex digits that sha256sum prints")]
HostName = Annotated[str, Form(_HOST, "an address or a host name", 'write one like "203.0.113.10"')]
UserName = Annotated[str, Form(_USER, "a user name", 'write one like "root"')]
SettingName = Annotated[str, Form(_SETTING, "a PostgreSQL setting", 'write one like "max_connections"')]
SettingValue = Annotated[
    str,
    Form(_SETTING_VALUE, "a value that can be used here", 'use letters, digits, ".", "_" and "-"', numbers=True),
]


class Imports(Section):
    """Ids of what the Hetzner project has of an existing server. It is imported into the stack's state as it is:
    nothing of it is changed, and removing it from the stack file leaves it there.
    """

    server: Number
    """Id of the server."""
    address: Number | None = None
    """Id of its primary IPv4 address."""
    ssh_keys: dict[str, Number] = {}
    """Ids of SSH keys, by name."""


class Server(Section):
    """A new Hetzner server, or an existing one (`host`), for which nothing is created."""

    type: Word = "cx23"
    """Hetzner's server type."""
    image: Word = "debian-12"
    """Operating system: Debian 11 to 13, Ubuntu 22.04 or 24.04."""
    location: Word = "nbg1"
    """Hetzner's location, by its short name."""
    authorized_keys: tuple[PublicKey, ...] = ()
    """Public SSH keys, one per line, that allow SSH as root and `git push`. A new server needs one."""
    ssh_from: tuple[Network, ...] = ("0.0.0.0/0", "::/0")
    """Networks that can reach SSH. SSH accepts keys only."""
    web_from: Literal["anywhere", "cloudflare"] = "anywhere"
    """Who can reach ports 80 and 443: everyone, or only Cloudflare, if every name is proxied."""
    ssh_port: Port = 22
    """Port of SSH."""
    host: HostName | None = None
    """Address or name of an existing server. Nothing is created at Hetzner then."""
    host_key: PublicKey | None = None
    """Host key of the existing server, as `ssh-keyscan -t ecdsa HOST` prints it."""
    user: UserName = "root"
    """User on the existing server: root, or a user who may use sudo without a password."""
    harden: bool | None = None
    """Whether the server is hardened. Default: a new server is, an existing one is left as it is."""
    imports: Annotated[Imports | None, Field(alias="import")] = None
    """Ids of an existing server at Hetzner, to import it into the state. `./petbase adopt` looks them up."""
    protect: bool | None = None
    """Overrides `protect` for this section. Default: the stack's value."""

    @property
    def hardened(self) -> bool:
        """`harden`, where the stack file says nothing: on a server that exists nothing changes unasked."""
        return self.host is None if self.harden is None else self.harden


class Dokku(Section):
    """Versions. What is missing is installed; what is installed is upgraded only to a version that is written here."""

    version: Release = versions.DOKKU
    """Dokku's release."""
    bootstrap_sha256: Sha256 | None = None
    """SHA-256 that the release's installer must have. `./petbase init` looks it up."""
    postgres_plugin: Release = versions.POSTGRES_PLUGIN
    """Release of the dokku-postgres plugin."""
    letsencrypt_plugin: Release = versions.LETS_ENCRYPT_PLUGIN
    """Release of the dokku-letsencrypt plugin, which is installed if an app uses `tls: letsencrypt`."""


class Database(Section):
    """The shared PostgreSQL."""

    service: ServiceName = "db"
    """The service's name in Dokku."""
    version: PostgresVersion = "18.4"
    """PostgreSQL's version, MAJOR.MINOR."""
    memory_mb: Annotated[int, Field(ge=128)] | None = None
    """Memory limit of the database's container, in MiB. Default: no limit."""
    config: dict[SettingName, SettingValue] = {}
    """PostgreSQL settings, like `{max_connections: 100}`."""
    restore_from: DumpSource | None = None
    """A dump to restore if the database has no tables: `latest`, or a name from `./petbase backups`."""
    protect: bool | None = None
    """Overrides `protect` for this section. Default: the stack's value."""


class Backups(Section):
    """Where dumps are stored, when they are made, how long they are kept, and how long they cannot be deleted. With
    `found`, an existing server keeps making the dumps it makes already; nothing is changed on it or in the bucket.
    """

    store: Literal["r2", "s3"] = "r2"
    """Cloudflare R2, where Petbase creates the bucket and its tokens, or another S3 store, where they already exist."""
    account_id: AccountId | None = None
    """Id of the Cloudflare account, from the address of the dashboard. Required for R2."""
    token_owner: Literal["account", "user"] = "account"
    """Whether the bucket's API tokens belong to the account or to you."""
    token_generation: Annotated[int, Field(ge=1)] = 1
    """Raised by `./petbase rotate-token`, which replaces the tokens."""
    write_from: tuple[Network, ...] = ()
    """Networks from which an existing server may write dumps; those of a new server are known."""
    jurisdiction: Literal["default", "eu", "fedramp"] = "default"
    """Jurisdiction in which R2 keeps the bucket."""
    location: Literal["weur", "eeur", "enam", "wnam", "apac", "oc"] | None = None
    """Where R2 places the bucket: a hint, used only when the name is used for the first time."""
    endpoint: Url | None = None
    """Address of the store. Required for another S3 store; R2's follows from the account."""
    region: Word = "auto"
    """The S3 region. R2 has only `auto`."""
    bucket: BucketName = "db-backups"
    """Name of the bucket."""
    bucket_exists: bool = False
    """True: take over an existing bucket, as after the state was lost."""
    found: bool = False
    """True: leave the dumps of an existing server as they are; they are neither changed nor checked."""
    path: DumpFolder | None = None
    """A folder in the bucket, or `/` for its top level. Default: the top level; with `store: s3` the stack's name."""
    schedule: CronSchedule = "0 3 * * *"
    """When dumps are made: a cron expression with five fields, in UTC."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 35
    """Days after which a dump is deleted."""
    lock_days: Annotated[int, Field(ge=0, le=3650)] = 7
    """Days during which nobody can delete a dump. R2 only."""
    encrypt: bool = False
    """True: encrypt dumps with the secret `backupPassphrase`. Without it, they cannot be read by anyone."""
    paused: bool = False
    """True: no dumps are made and none expire."""
    drill: Literal["weekly", "daily", "monthly", "never"] = "weekly"
    """How often the newest dump is test-restored."""
    second: Annotated[Copy | None, Field(alias="copy")] = None
    """A second store for verified dumps. Default: none."""
    protect: bool | None = None
    """Overrides `protect` for this section. Default: the stack's value."""

    def placed(self, stack: str) -> Self:
        """With the default of `path`, which depends on the stack's name, filled in: None is the top level then."""
        own = stack if self.store == "s3" else None
        return self.model_copy(update={"path": None if self.path == "/" else self.path or own})

    @property
    def target(self) -> str:
        """`bucket` or `bucket/path`, as the plugin's verbs want it."""
        return f"{self.bucket}/{self.path}" if self.path else self.bucket


Part = Server | Database | Backups | App


class Estate(Section):
    """Everything that one stack creates."""

    domain: Fqdn
    """Dokku's global domain. An app is served at APP.DOMAIN unless it has `domains`."""
    protect: bool = True
    """No edit can remove or replace the server, the database, the bucket or an app."""
    generation: Annotated[int, Field(ge=1)] = 1
    """Raise it to run every command on the server again."""
    server: Server
    """The machine."""
    dokku: Dokku = Dokku()
    """What runs the apps."""
    database: Database = Database()
    """The PostgreSQL that all apps share."""
    backups: Backups
    """The dumps."""
    edge: Edge = Edge()
    """DNS records and certificates."""
    alerts: dict[ChannelName, AlertChannel] = {}
    """The channels that are told of problems, each by a name of your choice."""
    apps: dict[AppName, App] = {}
    """The apps, each by its name."""

    def schema_of(self, app: str) -> str:
        """The schema that `app` lives in: its own name unless the stack file names one."""
        return self.apps[app].schema_name or app

    def domains_of(self, app: str) -> tuple[str, ...]:
        """The names that `app` answers to: `APP.DOMAIN` unless the stack file names some."""
        return self.apps[app].domains or (f"{app}.{self.domain}",)

    def protects(self, part: Part) -> bool:
        """Whether an edit may remove or replace this part: its own word, else the estate's."""
        return self.protect if part.protect is None else part.protect
