"""The estate: what a stack file may say under `petbase:estate`, and nothing else.

Closed (a typo is an error), frozen, kebab-case, everything defaulted that can be. Rules that need more than one field
are in `components.config.rules`; reading the stack file and naming paths in errors is `components.config.stack_file`.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.config.app_spec import App
from components.config.edge_spec import Edge
from components.config.form import Form
from components.config.section import Section
from components.config.types import (
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
from host.server import versions


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
    """What the Hetzner project has of a server that exists, by its ids there. It comes into the stack's state as it is:
    nothing of it is changed, and going leaves it there.
    """

    server: Number
    """Id of the server."""
    address: Number | None = None
    """Id of its primary IPv4 address."""
    ssh_keys: dict[str, Number] = {}
    """Ids of SSH keys, each by its name."""


class Server(Section):
    """A new Hetzner VPS, or (`host`) one that exists and of which nothing is created."""

    type: Word = "cx23"
    """Hetzner's name of the machine's size."""
    image: Word = "debian-12"
    """What the machine boots: Debian 11 to 13, Ubuntu 22.04 or 24.04."""
    location: Word = "nbg1"
    """Where the machine stands: Hetzner's short name."""
    authorized_keys: tuple[PublicKey, ...] = ()
    """Public SSH keys, a line each; they open root and `git push`. A new server needs one."""
    ssh_from: tuple[Network, ...] = ("0.0.0.0/0", "::/0")
    """Networks from which SSH is open. SSH takes keys only."""
    web_from: Literal["anywhere", "cloudflare"] = "anywhere"
    """Who reaches ports 80 and 443: everybody, or only Cloudflare, where every name is proxied."""
    ssh_port: Port = 22
    """Where SSH listens."""
    host: HostName | None = None
    """Address or name of a server that exists; nothing is made at Hetzner then."""
    host_key: PublicKey | None = None
    """The public key by which that server proves itself: the line of `ssh-keyscan -t ecdsa HOST`."""
    user: UserName = "root"
    """Who opens that server: root, or a user with sudo without a password."""
    harden: bool | None = None
    """Whether the server is hardened and kept so; without it a new one is, and one that exists is left as it is."""
    imports: Annotated[Imports | None, Field(alias="import")] = None
    """Ids at Hetzner of a server that exists: it comes into the state as it is. `./petbase adopt` looks them up."""
    protect: bool | None = None
    """Its own word on `protect`; without it the estate's counts."""

    @property
    def hardened(self) -> bool:
        """`harden`, where the stack file says nothing: on a server that exists nothing changes unasked."""
        return self.host is None if self.harden is None else self.harden


class Dokku(Section):
    """Versions. What is absent is installed; what runs is upgraded only to a version that is written here."""

    version: Release = versions.DOKKU
    """Dokku's release."""
    bootstrap_sha256: Sha256 | None = None
    """Checksum of that release's installer, which must match; `./petbase init` looks it up."""
    postgres_plugin: Release = versions.POSTGRES_PLUGIN
    """Release of the dokku-postgres plugin."""
    letsencrypt_plugin: Release = versions.LETS_ENCRYPT_PLUGIN
    """Release of the dokku-letsencrypt plugin, which is installed where an app says `tls: letsencrypt`."""


class Database(Section):
    """The one shared PostgreSQL."""

    service: ServiceName = "db"
    """The service's name in Dokku."""
    version: PostgresVersion = "18.4"
    """PostgreSQL's version, MAJOR.MINOR."""
    memory_mb: Annotated[int, Field(ge=128)] | None = None
    """What the database's container may use at most, in MiB; without it no limit."""
    config: dict[SettingName, SettingValue] = {}
    """PostgreSQL's own settings by name, as in `{max_connections: 100}`."""
    restore_from: DumpSource | None = None
    """A dump that fills the database while it holds no table: `latest`, or a name of `./petbase backups`."""
    protect: bool | None = None
    """Its own word on `protect`; without it the estate's counts."""


class Backups(Section):
    """Where dumps go, when, how long they stay, and for how long nobody can remove them. `found`: a server that was
    there before has dumps of its own, and goes on with them; nothing of them is changed, there or in the bucket.
    """

    store: Literal["r2", "s3"] = "r2"
    """Cloudflare R2, where the bucket and its tokens are made, or another S3 store, where they are there already."""
    account_id: AccountId | None = None
    """The Cloudflare account's id, from the dashboard's address line. R2 needs it."""
    token_owner: Literal["account", "user"] = "account"
    """Whose API tokens the bucket's are: the account's, or yours."""
    token_generation: Annotated[int, Field(ge=1)] = 1
    """Raised by `./petbase rotate-token`: new tokens are made and put in place of the old ones."""
    write_from: tuple[Network, ...] = ()
    """Networks from which dumps may be written, for a server that exists; a new one's are known."""
    jurisdiction: Literal["default", "eu", "fedramp"] = "default"
    """Where R2 keeps the bucket by law."""
    location: Literal["weur", "eeur", "enam", "wnam", "apac", "oc"] | None = None
    """Where R2 places the bucket; a hint that counts when its name is used for the first time."""
    endpoint: Url | None = None
    """The store's address. R2's follows from the account; another S3 store needs one."""
    region: Word = "auto"
    """The S3 region; R2 knows only `auto`."""
    bucket: BucketName = "db-backups"
    """The bucket's name."""
    bucket_exists: bool = False
    """True: the bucket is there and is taken over, as after the state was lost."""
    found: bool = False
    """True: the server that exists goes on with the dumps that it has; nothing of them is changed or looked after."""
    path: BucketPath | None = None
    """A folder inside the bucket; without it dumps lie at the top."""
    schedule: CronSchedule = "0 3 * * *"
    """When dumps are made: cron, five fields, UTC."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 35
    """Days after which a dump is deleted."""
    lock_days: Annotated[int, Field(ge=0, le=3650)] = 7
    """Days in which nobody can delete a dump. R2 only."""
    encrypt: bool = False
    """True: dumps are encrypted with the secret `petbase:backupPassphrase`. Who loses it loses them all."""
    paused: bool = False
    """True: no dump is made, and none expires."""
    drill: Literal["weekly", "daily", "monthly", "never"] = "weekly"
    """How often the newest dump is restored for practice."""
    protect: bool | None = None
    """Its own word on `protect`; without it the estate's counts."""

    @property
    def target(self) -> str:
        """`bucket` or `bucket/path`, as the plugin's verbs want it."""
        return f"{self.bucket}/{self.path}" if self.path else self.bucket


Part = Server | Database | Backups | App


class Estate(Section):
    """Everything that one stack makes."""

    domain: Fqdn
    """Dokku's global domain; an app's own name is APP.DOMAIN."""
    protect: bool = True
    """No edit removes or replaces the server, the database, the bucket or an app."""
    generation: Annotated[int, Field(ge=1)] = 1
    """Raised by hand: every command runs on the server again."""
    server: Server
    """The machine."""
    dokku: Dokku = Dokku()
    """What runs the apps."""
    database: Database = Database()
    """The one PostgreSQL that all apps share."""
    backups: Backups
    """The dumps."""
    edge: Edge = Edge()
    """DNS records and certificates."""
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
